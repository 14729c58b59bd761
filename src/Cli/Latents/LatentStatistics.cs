using System.Globalization;
using System.Runtime.InteropServices;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Latents;

/// <summary>What a run's statistics say of one latent of one scalar; no more of the file is read.</summary>
internal sealed record LatentStatistics
{
    private static readonly string[] Figures = ["frequency", "mean", "standard_deviation"];

    public required string Scalar { get; init; }

    public required long Count { get; init; }

    public required double Frequency { get; init; }

    public required double Mean { get; init; }

    public required double StandardDeviation { get; init; }

    public required float Max { get; init; }

    public required float Min { get; init; }

    /// <summary>Edges of the bins of magnitudes, 0 first.</summary>
    public required float[] Edges { get; init; }

    /// <summary>Tokens with a value above 0, by bin.</summary>
    public required long[] Positive { get; init; }

    /// <summary>Tokens with a value below 0, by bin; empty where the scalar has no sign.</summary>
    public required long[] Negative { get; init; }

    /// <summary>The strongest, the strongest first.</summary>
    public required IReadOnlyList<LatentExample> Top { get; init; }

    public static async Task<LatentStatistics> ReadAsync(SafetensorsFile file, int latent, CancellationToken cancellationToken)
    {
        var count = new long[1];
        await file.ReadRowsAsync(file.GetTensor("count"), latent, count, cancellationToken);
        var figures = new double[Figures.Length];
        for (var i = 0; i < figures.Length; i++)
        {
            var bytes = new byte[sizeof(double)];
            await file.Source.ReadAsync(file.GetTensor(Figures[i]).Offset + ((long)latent * sizeof(double)), bytes, cancellationToken);
            figures[i] = MemoryMarshal.Read<double>(bytes);
        }

        return new LatentStatistics
        {
            Scalar = file.Metadata["scalar"],
            Count = count[0],
            Frequency = figures[0],
            Mean = figures[1],
            StandardDeviation = figures[2],
            Max = (await FloatsAsync(file, "max", latent, cancellationToken))[0],
            Min = (await FloatsAsync(file, "min", latent, cancellationToken))[0],
            Edges = file.Tensors.ContainsKey("histogram_edges") ? await file.ReadFloatsAsync("histogram_edges", cancellationToken) : [],
            Positive = await LongsAsync(file, "histogram_positive", latent, cancellationToken),
            Negative = await LongsAsync(file, "histogram_negative", latent, cancellationToken),
            Top = await TopAsync(file, latent, cancellationToken),
        };
    }

    /// <summary>Figures in a line.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Scalar}: not zero at {Count:N0} tokens ({Frequency:P3}), mean {Mean:g4}, deviation {StandardDeviation:g4}, "
        + $"max {Max:g4}, min {Min:g4}");

    private static async Task<IReadOnlyList<LatentExample>> TopAsync(SafetensorsFile file, int latent, CancellationToken cancellationToken)
    {
        var values = await FloatsAsync(file, "top_values", latent, cancellationToken);
        var sequences = await LongsAsync(file, "top_sequences", latent, cancellationToken);
        var positions = await IntsAsync(file, "top_positions", latent, cancellationToken);
        var tokens = await IntsAsync(file, "top_tokens", latent, cancellationToken);
        var shards = await IntsAsync(file, "top_shards", latent, cancellationToken);
        var shardSequences = await IntsAsync(file, "top_shard_sequences", latent, cancellationToken);

        // A latent that is active at fewer tokens than examples are kept has places that are empty.
        return [.. Enumerable.Range(0, values.Length).Where(i => sequences[i] >= 0).Select(
            i => new LatentExample(values[i], sequences[i], positions[i], tokens[i], shards[i], shardSequences[i]))];
    }

    private static async Task<float[]> FloatsAsync(SafetensorsFile file, string name, int latent, CancellationToken cancellationToken)
    {
        if (!file.Tensors.TryGetValue(name, out var entry))
        {
            return [];
        }

        var row = new float[entry.RowWidth];
        await file.ReadRowsAsync(entry, latent, row.AsMemory(), cancellationToken);
        return row;
    }

    private static async Task<long[]> LongsAsync(SafetensorsFile file, string name, int latent, CancellationToken cancellationToken)
    {
        if (!file.Tensors.TryGetValue(name, out var entry))
        {
            return [];
        }

        var row = new long[entry.RowWidth];
        await file.ReadRowsAsync(entry, latent, row.AsMemory(), cancellationToken);
        return row;
    }

    private static async Task<int[]> IntsAsync(SafetensorsFile file, string name, int latent, CancellationToken cancellationToken)
    {
        if (!file.Tensors.TryGetValue(name, out var entry))
        {
            return [];
        }

        var row = new int[entry.RowWidth];
        await file.ReadRowsAsync(entry, latent, row.AsMemory(), cancellationToken);
        return row;
    }
}
