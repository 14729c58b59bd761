using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Bench.ModelRuns;

/// <summary>A GPT-2 small with random weights, its first layers alone, and a random autoencoder of which some fifty latents are
/// active.</summary>
internal static class RandomGpt2
{
    public const int Layer = 5;

    private const int Width = 768;
    private const int Latents = 24_576;
    private const int Vocabulary = 50_257;

    // Of a normal distribution 0.2 % are beyond.
    private const double ActiveFrom = 2.88;

    /// <summary>Writes config.json, model.safetensors and {Layer}.safetensors.</summary>
    public static async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, "config.json"),
            $$"""
            {
              "model_type": "gpt2", "n_layer": {{Layer + 1}}, "n_embd": {{Width}}, "n_head": 12, "n_positions": 1024,
              "vocab_size": {{Vocabulary}}
            }
            """,
            cancellationToken);
        torch.manual_seed(7);
        var tensors = new List<(string, long[])> { ("wte.weight", [Vocabulary, Width]), ("wpe.weight", [1024, Width]) };
        for (var layer = 0; layer <= Layer; layer++)
        {
            tensors.AddRange(
            [
                ($"h.{layer}.ln_1.weight", [Width]), ($"h.{layer}.ln_1.bias", [Width]),
                ($"h.{layer}.attn.c_attn.weight", [Width, 3 * Width]), ($"h.{layer}.attn.c_attn.bias", [3 * Width]),
                ($"h.{layer}.attn.c_proj.weight", [Width, Width]), ($"h.{layer}.attn.c_proj.bias", [Width]),
                ($"h.{layer}.ln_2.weight", [Width]), ($"h.{layer}.ln_2.bias", [Width]),
                ($"h.{layer}.mlp.c_fc.weight", [Width, 4 * Width]), ($"h.{layer}.mlp.c_fc.bias", [4 * Width]),
                ($"h.{layer}.mlp.c_proj.weight", [4 * Width, Width]), ($"h.{layer}.mlp.c_proj.bias", [Width]),
            ]);
        }

        tensors.AddRange([("ln_f.weight", [Width]), ("ln_f.bias", [Width])]);
        await WriteAsync(Path.Combine(folder, "model.safetensors"), null, cancellationToken, [.. tensors.Select(tensor => (
            tensor.Item1, tensor.Item2, (Func<torch.Tensor>)(() => torch.randn(tensor.Item2).mul_(0.05f))))]);

        var spread = await SpreadAsync(folder, cancellationToken);
        var directions = torch.randn(Latents, Width).div_(MathF.Sqrt(Width));
        await WriteAsync(
            Path.Combine(folder, $"{Layer}.safetensors"),
            new Dictionary<string, string> { ["activation"] = "ReLU" },
            cancellationToken,
            ("pre_bias", [Width], () => torch.zeros(Width)),
            ("encoder.weight", [Latents, Width], () => directions.clone()),
            ("latent_bias", [Latents], () => torch.full([Latents], (float)(-ActiveFrom * spread))),
            ("decoder.weight", [Width, Latents], () => directions.t().contiguous()));
    }

    // The root of the mean square of what the autoencoder reads: that of its random pre-activations too.
    private static async Task<double> SpreadAsync(string folder, CancellationToken cancellationToken)
    {
        var site = new ActivationSite(ModelLocations.ResidDeltaMlp, Layer);
        using var model =
            await LanguageModel.LoadAsync(new ModelFolder(folder), Layer + 1, head: false, cancellationToken: cancellationToken);
        using var recording = model.Record([[.. Enumerable.Range(0, 128)]], new RecordingRequest { Forward = [site] });
        using var squares = recording.Forward[site].square();
        using var mean = squares.mean();
        return Math.Sqrt(mean.item<float>());
    }

    private static async Task WriteAsync(
        string path,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken,
        params (string Name, long[] Shape, Func<torch.Tensor> Values)[] tensors)
    {
        await using var stream = File.Create(path);
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream, [.. tensors.Select(tensor => new TensorSpec(tensor.Name, TensorDtype.F32, tensor.Shape))], metadata, cancellationToken);
        foreach (var tensor in tensors)
        {
            using var values = tensor.Values();
            await writer.WriteAsync(values.data<float>().ToArray(), cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
