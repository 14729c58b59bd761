using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// A latent's non-zero values in bands of about equally many, the lowest first. A band is some neighbouring bins of the histograms, so that
/// counts are exact and a band's random sample is the lowest keys of its bins' samples. Each bin is in the band where the middle of its
/// values is; a band can have none.
/// </summary>
internal sealed class QuantileBands
{
    private const int None = -1;

    private readonly StatisticsOptions _options;
    private readonly LogHistogram _histogram;
    private readonly int[] _bands;

    /// <param name="state">The latent.</param>
    /// <param name="options">How many bands and examples.</param>
    /// <param name="histogram">Has the edges of bins.</param>
    public QuantileBands(LatentState state, StatisticsOptions options, LogHistogram histogram)
    {
        (_options, _histogram) = (options, histogram);
        var bins = options.HistogramBins;
        _bands = new int[2 * bins];
        Edges = new float[options.QuantileBands + 1];
        Array.Fill(Edges, state.Max);
        Edges[0] = state.Min;
        var (before, band) = (0L, 0);
        for (var i = 0; i < 2 * bins; i++)
        {
            // From the largest negative bin to the largest positive one.
            var negative = i < bins;
            var bin = negative ? bins - 1 - i : i - bins;
            var counts = negative ? state.Negative.Bins : state.Positive.Bins;
            var count = counts.IsEmpty ? 0 : counts[bin];
            if (count == 0)
            {
                continue;
            }

            for (var middle = ((2 * before) + count) * options.QuantileBands / (2 * state.Count); band < middle; band++)
            {
                var edge = negative ? -UpperEdge(histogram, bin, -state.Min) : histogram.LowerEdge(bin);
                Edges[band + 1] = Math.Clamp(edge, state.Min, state.Max);
            }

            _bands[bin + (negative ? bins : 0)] = band;
            before += count;
        }
    }

    /// <summary>The values at which bands begin and end: the smallest, edges of bins, the largest. [bands + 1]</summary>
    public float[] Edges { get; }

    /// <summary>The sample of every band: the lowest keys.</summary>
    /// <param name="drawn">The samples of all bins.</param>
    /// <param name="chosen">Receives indices of these, and −1 where a band has fewer. [bands, quantile examples]</param>
    public void Choose(ReadOnlySpan<DrawnExample> drawn, Span<int> chosen)
    {
        chosen.Fill(None);
        for (var i = 0; i < drawn.Length; i++)
        {
            var list = chosen.Slice(_bands[_histogram.SignedBin(drawn[i].Value)] * _options.QuantileExamples, _options.QuantileExamples);
            var at = list.Length;
            while (at > 0 && (list[at - 1] == None || drawn[i].Precedes(drawn[list[at - 1]])))
            {
                at--;
            }

            if (at < list.Length)
            {
                list[at..^1].CopyTo(list[(at + 1)..]);
                list[at] = i;
            }
        }
    }

    private static float UpperEdge(LogHistogram histogram, int bin, float largest) =>
        bin == histogram.Bins - 1 ? largest : histogram.LowerEdge(bin + 1);
}
