using AeServerless.Capture;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;

namespace AeServerless.Cli.Capture;

/// <summary>A model in a folder with Hugging Face's file names, and autoencoders for its forward pass.</summary>
internal sealed class CapturedModel : IDisposable
{
    private readonly string _folder;

    private CapturedModel(string folder, HookedModel model, WeightFileList files, string sha256, string fingerprint)
    {
        _folder = folder;
        Model = model;
        Files = files;
        Sha256 = sha256;
        Fingerprint = fingerprint;
    }

    public HookedModel Model { get; }

    public WeightFileList Files { get; }

    /// <summary>Hashes of the files that the model was loaded from.</summary>
    public string Fingerprint { get; }

    /// <summary>What the manifest calls <c>modelSha256</c>.</summary>
    public string Sha256 { get; }

    /// <summary>Weights that are infinite or not a number.</summary>
    public IReadOnlyList<CaptureWarning> Warnings => [.. Model.Model.NotFinite.Select(entry => new CaptureWarning(
        $"{Path.Combine(_folder, Files.Main)}, tensor {entry.Key}{LayerOf(entry.Key)}",
        $"{entry.Value} weight{(entry.Value == 1 ? " is" : "s are")} infinite or not a number (NaN)"))];

    /// <summary>Loads what recording some layers needs: with gradients the whole model, else its layers up to the last of them.</summary>
    public static async Task<CapturedModel> LoadAsync(
        string folder,
        IReadOnlyList<AutoencoderArgument> autoencoders,
        IReadOnlyList<int>? layers,
        bool gradients,
        CancellationToken cancellationToken)
    {
        var files = new ModelFolder(folder);
        var description = await LanguageModel.DescribeAsync(files, cancellationToken);
        var weights = await WeightFileList.FindAsync(files, cancellationToken);
        var sha256 = await weights.Sha256Async(files, cancellationToken);
        using var config = new FileByteSource(Path.Combine(folder, "config.json"));
        var fingerprints = new List<string> { await ContentHash.Sha256Async(config, cancellationToken), sha256 };
        var hooks = new List<HookedAutoencoder>();
        foreach (var argument in autoencoders)
        {
            foreach (var layer in layers ?? [.. Enumerable.Range(0, description.Architecture.Layers.Count)])
            {
                using var source = new FileByteSource(argument.Path(layer));
                fingerprints.Add($"{argument.Input} {layer} {await ContentHash.Sha256Async(source, cancellationToken)}");
                var autoencoder = await Autoencoder.LoadAsync(
                    await SafetensorsFile.OpenAsync(source, cancellationToken), cancellationToken);
                hooks.Add(new HookedAutoencoder(autoencoder, argument.Input, layer));
            }
        }

        var count = description.Architecture.Layers.Count;
        var loaded = gradients || layers is not { Count: > 0 } ? count : Math.Min(layers.Max() + 1, count);
        var model = await LanguageModel.LoadAsync(files, loaded, head: gradients, cancellationToken: cancellationToken);
        return new CapturedModel(folder, new HookedModel(model, hooks), weights, sha256, string.Join('\n', fingerprints));
    }

    public void Dispose()
    {
        foreach (var autoencoder in Model.Autoencoders)
        {
            autoencoder.Dispose();
        }

        Model.Model.Dispose();
    }

    private static string LayerOf(string tensor) =>
        tensor.Split('.').FirstOrDefault(part => part.Length > 0 && part.All(char.IsAsciiDigit)) is { } layer ? $", layer {layer}" : "";
}
