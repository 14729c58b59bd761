using AeServerless.Capture;
using AeServerless.Capture.Gpt2;
using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Cli.Capture;

/// <summary>A GPT-2 in a folder with Hugging Face's file names, and autoencoders for its forward pass.</summary>
internal sealed class ModelFolder : IDisposable
{
    private const string WeightsFile = "model.safetensors";

    private readonly string _folder;
    private readonly Gpt2Weights _weights;

    private ModelFolder(string folder, Gpt2Weights weights, Gpt2Model model, string sha256, string fingerprint)
    {
        _folder = folder;
        _weights = weights;
        Sha256 = sha256;
        Model = model;
        Fingerprint = fingerprint;
    }

    public Gpt2Model Model { get; }

    /// <summary>Hashes of the files that the model was loaded from.</summary>
    public string Fingerprint { get; }

    /// <summary>SHA-256 of the weights' file.</summary>
    public string Sha256 { get; }

    /// <summary>Weights that are infinite or not a number.</summary>
    public IReadOnlyList<CaptureWarning> Warnings => [.. _weights.NotFinite.Select(entry => new CaptureWarning(
        $"{Path.Combine(_folder, WeightsFile)}, tensor {entry.Key}{LayerOf(entry.Key)}",
        $"{entry.Value} weight{(entry.Value == 1 ? " is" : "s are")} infinite or not a number (NaN)"))];

    public static async Task<ModelFolder> LoadAsync(
        string folder, IReadOnlyList<AutoencoderArgument> autoencoders, IReadOnlyList<int>? layers, CancellationToken cancellationToken)
    {
        var configPath = Path.Combine(folder, "config.json");
        var config = Gpt2Config.Parse(await ReadAsync(configPath, cancellationToken), configPath);
        ModelFiles.RequireWeights(folder);
        using var file = new FileByteSource(Path.Combine(folder, WeightsFile));
        var sha256 = await ContentHash.Sha256Async(file, cancellationToken);
        var fingerprints = new List<string> { config.ToString(), sha256 };
        var weights = await Gpt2Weights.LoadAsync(await SafetensorsFile.OpenAsync(file, cancellationToken), config, cancellationToken);
        var hooks = new List<HookedAutoencoder>();
        foreach (var argument in autoencoders)
        {
            foreach (var layer in layers ?? [.. Enumerable.Range(0, config.Layers)])
            {
                using var source = new FileByteSource(argument.Path(layer));
                fingerprints.Add($"{argument.Input} {layer} {await ContentHash.Sha256Async(source, cancellationToken)}");
                var autoencoder = await Autoencoder.LoadAsync(
                    await SafetensorsFile.OpenAsync(source, cancellationToken), cancellationToken);
                hooks.Add(new HookedAutoencoder(autoencoder, argument.Input, layer));
            }
        }

        return new ModelFolder(folder, weights, new Gpt2Model(config, weights, hooks), sha256, string.Join('\n', fingerprints));
    }

    /// <summary>The tokenizer of the folder.</summary>
    public static async Task<Gpt2Tokenizer> LoadTokenizerAsync(string folder, CancellationToken cancellationToken)
    {
        ModelFiles.RequireTokenizer(folder);
        var vocabulary = await ReadAsync(Path.Combine(folder, Gpt2Tokenizer.VocabularyFile), cancellationToken);
        var merges = await ReadAsync(Path.Combine(folder, Gpt2Tokenizer.MergesFile), cancellationToken);
        return Gpt2Tokenizer.Create(vocabulary, merges, folder);
    }

    /// <summary>SHA-256 of the tokenizer's files one after the other; null where the folder has none.</summary>
    public static async Task<string?> TokenizerSha256Async(string folder, CancellationToken cancellationToken)
    {
        string[] paths = [Path.Combine(folder, Gpt2Tokenizer.VocabularyFile), Path.Combine(folder, Gpt2Tokenizer.MergesFile)];
        if (!paths.All(File.Exists))
        {
            return null;
        }

        using var vocabulary = new FileByteSource(paths[0]);
        using var merges = new FileByteSource(paths[1]);
        return await ContentHash.Sha256Async([vocabulary, merges], cancellationToken);
    }

    public void Dispose()
    {
        foreach (var autoencoder in Model.Autoencoders)
        {
            autoencoder.Dispose();
        }

        _weights.Dispose();
    }

    private static string LayerOf(string tensor) =>
        tensor.Split('.') is ["h", var layer, ..] ? $", layer {layer}" : "";

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(path);
        if (source.Length > Array.MaxLength)
        {
            throw new InvalidInputException(path, "is too large");
        }

        var bytes = new byte[source.Length];
        await source.ReadAsync(0, bytes, cancellationToken);
        return bytes;
    }
}
