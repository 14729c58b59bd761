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
    private readonly Gpt2Weights _weights;

    private ModelFolder(Gpt2Weights weights, Gpt2Model model, string fingerprint)
    {
        _weights = weights;
        Model = model;
        Fingerprint = fingerprint;
    }

    public Gpt2Model Model { get; }

    /// <summary>Hashes of the files that the model was loaded from.</summary>
    public string Fingerprint { get; }

    public static async Task<ModelFolder> LoadAsync(
        string folder, IReadOnlyList<AutoencoderArgument> autoencoders, IReadOnlyList<int>? layers, CancellationToken cancellationToken)
    {
        var configPath = Path.Combine(folder, "config.json");
        var config = Gpt2Config.Parse(await ReadAsync(configPath, cancellationToken), configPath);
        using var file = new FileByteSource(Path.Combine(folder, "model.safetensors"));
        var fingerprints = new List<string> { config.ToString(), await ContentHash.Sha256Async(file, cancellationToken) };
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

        return new ModelFolder(weights, new Gpt2Model(config, weights, hooks), string.Join('\n', fingerprints));
    }

    /// <summary>The tokenizer of the folder.</summary>
    public static async Task<Gpt2Tokenizer> LoadTokenizerAsync(string folder, CancellationToken cancellationToken)
    {
        var vocabulary = await ReadAsync(Path.Combine(folder, "vocab.json"), cancellationToken);
        var merges = await ReadAsync(Path.Combine(folder, "merges.txt"), cancellationToken);
        return Gpt2Tokenizer.Create(vocabulary, merges, folder);
    }

    public void Dispose()
    {
        foreach (var autoencoder in Model.Autoencoders)
        {
            autoencoder.Dispose();
        }

        _weights.Dispose();
    }

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
