using System.Globalization;
using AeServerless.Engine.Tensors;

namespace AeServerless.Exports.Tests;

/// <summary>A file of a run's statistics with numbers that tell where they come from.</summary>
internal static class StatisticsFile
{
    public const int Bins = 3;

    /// <summary>Latent i has a frequency of i / latents and a mean of i; its examples are at tokens i · examples + rank.</summary>
    public static async Task WriteAsync(string run, int latents, int examples, int tokens)
    {
        var path = Path.Combine(run, "statistics", "mlp_latent", $"{SyntheticRun.Layer}.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var cancellationToken = TestContext.Current.CancellationToken;
        string[] doubles = ["frequency", "mean", "mean_square", "variance", "standard_deviation"];
        string[] ints = ["top_shards", "top_shard_sequences", "top_positions", "top_tokens"];
        TensorSpec[] specs =
        [
            new("count", TensorDtype.I64, [latents]),
            .. doubles.Select(name => new TensorSpec(name, TensorDtype.F64, [latents])),
            new("histogram_positive", TensorDtype.I64, [latents, Bins]),
            new("top_sequences", TensorDtype.I64, [latents, examples]),
            new("max", TensorDtype.F32, [latents]),
            new("min", TensorDtype.F32, [latents]),
            new("histogram_edges", TensorDtype.F32, [Bins + 1]),
            new("top_values", TensorDtype.F32, [latents, examples]),
            .. ints.Select(name => new TensorSpec(name, TensorDtype.I32, [latents, examples])),
        ];
        var metadata = new Dictionary<string, string>
        {
            ["scalar"] = "mlp_latent",
            ["type"] = "mlp_autoencoder_latent",
            ["layer"] = SyntheticRun.Layer.ToString(CultureInfo.InvariantCulture),
            ["autoencoder"] = "mlp",
        };
        await using var stream = File.Create(path);
        await using var writer = await SafetensorsWriter.CreateAsync(stream, specs, metadata, cancellationToken);
        await writer.WriteAsync(Enumerable.Range(0, latents).Select(latent => (long)latent).ToArray(), cancellationToken);
        foreach (var name in doubles)
        {
            await writer.WriteAsync(
                Enumerable.Range(0, latents).Select(
                    latent => name == "frequency" ? (double)latent / latents : latent).ToArray(), cancellationToken);
        }

        await writer.WriteAsync(new long[latents * Bins], cancellationToken);
        await writer.WriteAsync(Enumerable.Range(0, latents * examples).Select(place => (long)place).ToArray(), cancellationToken);
        await writer.WriteAsync(new float[latents], cancellationToken);
        await writer.WriteAsync(new float[latents], cancellationToken);
        await writer.WriteAsync(new float[Bins + 1], cancellationToken);
        await writer.WriteAsync(Enumerable.Range(0, latents * examples).Select(place => (float)place).ToArray(), cancellationToken);
        foreach (var _ in ints)
        {
            await writer.WriteAsync(Enumerable.Range(0, latents * examples).Select(place => place % tokens).ToArray(), cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
