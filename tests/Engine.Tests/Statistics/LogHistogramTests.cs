using AeServerless.Engine.Statistics;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class LogHistogramTests
{
    [Fact]
    public void Value_LiesBetweenItsBinsEdges() =>
        Gen.Select(
            Gen.Int[3, 80], Gen.Int[-126, 126], Gen.Int[1, 200], Gen.UInt.Select(BitConverter.UInt32BitsToSingle).Where(float.IsFinite))
            .Sample((bins, minimum, span, value) =>
            {
                var histogram = Histogram(bins, minimum, Math.Min(127, minimum + span));
                var (edges, bin) = (histogram.Edges, histogram.Bin(value));

                Assert.Equal(bins + 1, edges.Length);
                Assert.True(MathF.Abs(value) >= edges[bin] && MathF.Abs(value) < edges[bin + 1]);
                Assert.Equal(bin, histogram.Bin(-value));
            });

    [Fact]
    public void ManyValues_HaveTheBinsOfEach() =>
        Gen.Select(
            Gen.Int[3, 1024], Gen.Int[-126, 126], Gen.Int[1, 200], Gen.UInt.Select(
                BitConverter.UInt32BitsToSingle).Where(float.IsFinite).Array[0, 70])
            .Sample((bins, minimum, span, values) =>
            {
                var histogram = Histogram(bins, minimum, Math.Min(127, minimum + span));
                var found = new int[values.Length];

                histogram.FindBins(values, found);

                Assert.Equal(values.Select(histogram.Bin), found);
            });

    [Fact]
    public void Edge_BelongsToTheBinAboveIt() =>
        Gen.Select(Gen.Int[3, 1024], Gen.Int[-126, 120], Gen.Int[1, 200]).Sample((bins, minimum, span) =>
        {
            var histogram = Histogram(bins, minimum, Math.Min(127, minimum + span));
            var edges = histogram.Edges;

            for (var bin = 1; bin < bins; bin++)
            {
                Assert.Equal(bin, histogram.Bin(edges[bin]));
                Assert.Equal(bin - 1, histogram.Bin(MathF.BitDecrement(edges[bin])));
            }

            Assert.Equal(0, histogram.Bin(float.Epsilon));
            Assert.Equal(bins - 1, histogram.Bin(float.MaxValue));
        });

    [Fact]
    public void Edges_SpanTheRangeEvenlyInTheLogarithm()
    {
        // Two inner bins an octave: powers of two, and half-way between them.
        Assert.Equal([0, 1, 1.5f, 2, 3, 4, 6, 8, float.PositiveInfinity], Histogram(8, 0, 3).Edges);
    }

    private static LogHistogram Histogram(int bins, int minimum, int maximum) =>
        new(new StatisticsOptions { HistogramBins = bins, HistogramMinExponent = minimum, HistogramMaxExponent = maximum });
}
