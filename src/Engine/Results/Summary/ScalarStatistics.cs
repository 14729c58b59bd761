using System.Globalization;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// A statistics file that was read, with what its metadata says of the scalar. Disposing returns the statistics to the pool.
/// </summary>
internal sealed record ScalarStatistics(
    string Name, IReadOnlyDictionary<string, string> Metadata, LatentStatistics Statistics, LatentStatisticsPool Pool) : IDisposable
{
    /// <summary>Of every latent. [latents]</summary>
    public LatentMoments[] Moments { get; } = ComputeMoments(Statistics);

    public string Scalar => Metadata["scalar"];

    public string Type => Metadata["type"];

    public int Layer => int.Parse(Metadata["layer"], CultureInfo.InvariantCulture);

    public string? Autoencoder => Metadata.GetValueOrDefault("autoencoder");

    public bool IsLatentShaped => Metadata["shape"] is nameof(DerivedShape.Latents) or nameof(DerivedShape.LatentVectors);

    public static async Task<ScalarStatistics> ReadAsync(
        IResultSource merged, string name, LatentStatisticsPool pool, CancellationToken cancellationToken)
    {
        using var loaded = await LoadedResult.LoadAsync(merged, name, cancellationToken);
        foreach (var key in (string[])["scalar", "type", "layer", "shape", "width"])
        {
            loaded.File.Text(key);
        }

        var statistics = LatentStatisticsTensors.CreateFor(loaded, pool);
        LatentStatisticsTensors.AddTo(loaded, firstSequence: 0, statistics);
        return new ScalarStatistics(name, loaded.File.Metadata, statistics, pool);
    }

    public ScalarSummary Summarise()
    {
        LatentState[] active = [.. Enumerable.Range(0, Statistics.Width).Select(latent => Statistics[latent]).OfType<LatentState>()];
        var metrics = IsLatentShaped ? null : Metadata["metrics"].Split(',').Select((metric, column) =>
            KeyValuePair.Create(metric, MetricSummary.Of(Statistics, column))).ToDictionary();
        return new ScalarSummary(
            Scalar,
            Type,
            Layer,
            Autoencoder,
            Metadata["shape"],
            int.Parse(Metadata["width"], CultureInfo.InvariantCulture),
            Statistics.CountedTokens,
            Statistics.NonFiniteTokens,
            Statistics.ShortSequenceTokens,
            Statistics.NonFiniteValues,
            Metadata.GetValueOrDefault("zero_reason"),
            IsLatentShaped ? active.Length : null,
            IsLatentShaped ? active.Sum(state => state.Count) : null,
            metrics)
        {
            Excluded = ExcludedSummary.Of(Statistics.Excluded),
        };
    }

    /// <summary>Latents that had a value by mean square, the strongest first, equal ones by index.</summary>
    public IReadOnlyList<int> Strongest() =>
    [
        .. Enumerable.Range(0, Statistics.Width)
            .Where(latent => Moments[latent].Count > 0)
            .OrderByDescending(latent => Moments[latent].MeanSquare)
            .ThenBy(latent => latent),
    ];

    public void Dispose() => Pool.Return(Statistics);

    private static LatentMoments[] ComputeMoments(LatentStatistics statistics)
    {
        if (statistics is { Dense: { } dense, CountedTokens: > 0 and var tokens })
        {
            return
            [
                .. Enumerable.Range(0, statistics.Width).Select(metric =>
                    OfMetric(dense.Moments(metric, tokens), LatentMoments.Compute(statistics[metric], tokens), tokens)),
            ];
        }

        var moments = new LatentMoments[statistics.Width];
        Parallel.For(0, moments.Length, latent => moments[latent] = LatentMoments.Compute(statistics[latent], statistics.CountedTokens));
        return moments;
    }

    // Where norms vary too little to tell from their rounding, so do their powers.
    private static LatentMoments OfMetric(DenseMoments m, in LatentMoments rounded, long tokens) =>
        new(m.Count, (double)m.Count / tokens, m.Mean, m.MeanSquare, m.Variance, (float)m.Max, (float)m.Min)
        {
            MeanAbsolute = rounded.MeanAbsolute,
            SignConsistency = rounded.SignConsistency,
            Skewness = m.Variance > 0 ? rounded.Skewness : double.NaN,
            Kurtosis = m.Variance > 0 ? rounded.Kurtosis : double.NaN,
            ErrorNormWhenActive = double.NaN,
        };
}
