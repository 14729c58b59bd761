using System.Globalization;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Summary;

/// <summary>A statistics file that was read, with what its metadata says of the scalar. Disposing gives its memory back.</summary>
internal sealed class ScalarStatistics : IDisposable
{
    private readonly LoadedResult _file;

    private ScalarStatistics(string name, LoadedResult file)
    {
        (Name, _file) = (name, file);
        foreach (var key in (string[])["scalar", "type", "layer", "shape", "width"])
        {
            file.File.Text(key);
        }

        Rows = new LatentRows(file);
        Totals = new LatentStatistics(Rows.Width, Rows.Options);
        Rows.AddTotalsTo(Totals);
        Moments = ComputeMoments();
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>What is known of latents.</summary>
    public LatentRows Rows { get; }

    /// <summary>Counts of tokens, and a dense scalar's sums; without latents.</summary>
    public LatentStatistics Totals { get; }

    /// <summary>Of every latent. [latents]</summary>
    public LatentMoments[] Moments { get; }

    public IReadOnlyDictionary<string, string> Metadata => _file.File.Metadata;

    public string Scalar => Metadata["scalar"];

    public string Type => Metadata["type"];

    public int Layer => int.Parse(Metadata["layer"], CultureInfo.InvariantCulture);

    public string? Autoencoder => Metadata.GetValueOrDefault("autoencoder");

    public bool IsLatentShaped => Metadata["shape"] is nameof(DerivedShape.Latents) or nameof(DerivedShape.LatentVectors);

    public static async Task<ScalarStatistics> ReadAsync(IResultSource merged, string name, CancellationToken cancellationToken)
    {
        var file = await LoadedResult.LoadAsync(merged, name, cancellationToken);
        try
        {
            return new ScalarStatistics(name, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public ScalarSummary Summarise()
    {
        var metrics = IsLatentShaped ? null : Metadata["metrics"].Split(',').Select((metric, column) =>
            KeyValuePair.Create(metric, MetricSummary.Of(Totals, column))).ToDictionary();
        return new ScalarSummary(
            Scalar,
            Type,
            Layer,
            Autoencoder,
            Metadata["shape"],
            int.Parse(Metadata["width"], CultureInfo.InvariantCulture),
            Totals.CountedTokens,
            Totals.NonFiniteTokens,
            Totals.ShortSequenceTokens,
            Totals.NonFiniteValues,
            Metadata.GetValueOrDefault("zero_reason"),
            IsLatentShaped ? Rows.Count : null,
            IsLatentShaped ? Rows.CountValues() : null,
            metrics)
        {
            Excluded = ExcludedSummary.Of(Totals.Excluded),
        };
    }

    /// <summary>All that is known of a latent; null where it never had a value.</summary>
    public LatentState? StateOf(int latent)
    {
        if (!Rows.TryGetRow(latent, out var row))
        {
            return null;
        }

        var state = new LatentState(Rows.Options);
        Rows.AddTo(state, row, firstSequence: 0);
        return state;
    }

    /// <summary>Latents that had a value by mean square, the strongest first, equal ones by index.</summary>
    public IReadOnlyList<int> Strongest() =>
    [
        .. Enumerable.Range(0, Rows.Width)
            .Where(latent => Moments[latent].Count > 0)
            .OrderByDescending(latent => Moments[latent].MeanSquare)
            .ThenBy(latent => latent),
    ];

    public void Dispose() => _file.Dispose();

    private LatentMoments[] ComputeMoments()
    {
        var tokens = Totals.CountedTokens;
        if (Totals.Dense is { } dense && tokens > 0)
        {
            return
            [
                .. Enumerable.Range(0, Rows.Width).Select(metric =>
                    OfMetric(dense.Moments(metric, tokens), LatentMoments.Compute(StateOf(metric), tokens), tokens)),
            ];
        }

        var moments = new LatentMoments[Rows.Width];
        Parallel.For(
            0,
            moments.Length,
            () => new LatentState(Rows.Options),
            (latent, _, state) =>
            {
                moments[latent] = LatentMoments.Compute(ReadFigures(latent, state), tokens);
                return state;
            },
            _ => { });
        return moments;
    }

    private LatentState? ReadFigures(int latent, LatentState into)
    {
        if (!Rows.TryGetRow(latent, out var row))
        {
            return null;
        }

        into.Clear();
        Rows.AddFiguresTo(into, row);
        return into;
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
