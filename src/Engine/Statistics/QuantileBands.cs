using System.Runtime.InteropServices;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// A latent's non-zero values in bands of about equally many, the lowest first. A band is some neighbouring bins of the histograms, so that
/// counts are exact and a band's random sample is the lowest keys of its bins' samples. Each bin is in the band where the middle of its
/// values is; a band can have none.
/// </summary>
internal sealed class QuantileBands
{
    private readonly StatisticsOptions _options;
    private readonly int[] _bands;

    /// <param name="state">The latent.</param>
    /// <param name="options">How many bands and examples.</param>
    /// <param name="histogram">Has the edges of bins.</param>
    public QuantileBands(LatentState state, StatisticsOptions options, LogHistogram histogram)
    {
        _options = options;
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

    /// <summary>The sample of every band, by sequence and position. [bands]</summary>
    public DrawnExample[][] Examples(DrawnExamples drawn)
    {
        var kept = new DrawnExample[_options.QuantileBands, _options.QuantileExamples];
        var counts = new int[_options.QuantileBands];
        for (var bin = 0; bin < drawn.Bins; bin++)
        {
            var band = _bands[bin];
            var list = MemoryMarshal.CreateSpan(ref kept[band, 0], _options.QuantileExamples);
            foreach (ref readonly var example in drawn.OfBin(bin))
            {
                counts[band] = DrawnExample.Keep(list, counts[band], example);
            }
        }

        return [.. counts.Select((count, band) => InOrder(Enumerable.Range(0, count).Select(i => kept[band, i])))];
    }

    /// <summary>Examples by sequence and position.</summary>
    public static DrawnExample[] InOrder(IEnumerable<DrawnExample> examples) =>
        [.. examples.OrderBy(example => example.Place.Sequence).ThenBy(example => example.Place.Position)];

    private static float UpperEdge(LogHistogram histogram, int bin, float largest) =>
        bin == histogram.Bins - 1 ? largest : histogram.LowerEdge(bin + 1);
}
