using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using CsCheck;
using static AeServerless.Engine.Tests.Statistics.SmallStatistics;

namespace AeServerless.Engine.Tests.Statistics.Examples;

public sealed class DrawnExamplesTests
{
    // Few keys, so that equal ones are common, and many.
    private static readonly Gen<(float[] Values, uint[] Keys)> Drawn = Gen.Select(Gen.Int[1, 400], Gen.Int, Gen.Bool).Select(
        (count, seed, few) =>
        {
            var random = new Random(seed);
            return (
                Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.4f) * random.Next(1, 12)).ToArray(),
                Enumerable.Range(0, count).Select(_ => few ? (uint)random.Next(20) : (uint)random.NextInt64(uint.MaxValue)).ToArray());
        });

    private static readonly StatisticsOptions Kept = Options with { RandomExamples = 6, QuantileBands = 4, QuantileExamples = 5 };

    [Fact]
    public void ASample_IsTheLowestKeys() => Drawn.Sample(drawn =>
    {
        var state = Add(drawn.Values, drawn.Keys, 0, drawn.Values.Length)[0]!;

        var expected = All(drawn).OrderBy(example => example.Key).ThenBy(example => example.Place.Sequence)
            .ThenBy(example => example.Place.Position).ToList();
        Assert.Equal(expected.Take(Kept.RandomExamples), state.Drawn.All.ToArray());
        var histogram = new LogHistogram(Kept);
        for (var bin = 0; bin < state.Drawn.Bins; bin++)
        {
            var inBin = expected.Where(example => histogram.Bin(example.Value) + (example.Value < 0 ? Kept.HistogramBins : 0) == bin);
            Assert.Equal(inBin.Take(Kept.QuantileExamples), state.Drawn.OfBin(bin).ToArray());
        }
    });

    [Fact]
    public void Merging_GivesWhatOnePassGives() => Gen.Select(Drawn, Gen.Int[0, 400]).Sample((drawn, at) =>
    {
        var cut = Math.Min(at, drawn.Values.Length);
        var merged = Add(drawn.Values, drawn.Keys, 0, cut);
        merged.Add(Add(drawn.Values, drawn.Keys, cut, drawn.Values.Length));

        AssertSame(Add(drawn.Values, drawn.Keys, 0, drawn.Values.Length), merged);
    });

    [Fact]
    public void Bands_HaveTheirExamples_AsManyAsThereAre() => Drawn.Sample(drawn =>
    {
        var statistics = Add(drawn.Values, drawn.Keys, 0, drawn.Values.Length);
        var state = statistics[0]!;
        var bands = new QuantileBands(state, Kept, statistics.Histogram);
        DrawnExample[] all = [.. Enumerable.Range(0, state.Drawn.Bins).SelectMany(bin => state.Drawn.OfBin(bin).ToArray())];
        var chosen = new int[Kept.QuantileBands * Kept.QuantileExamples];
        bands.Choose(all, chosen);
        DrawnExample[][] examples =
            [.. chosen.Chunk(Kept.QuantileExamples).Select(band => band.Where(i => i >= 0).Select(i => all[i]).ToArray())];

        Assert.Equal(state.Min, bands.Edges[0]);
        Assert.Equal(state.Max, bands.Edges[^1]);
        Assert.Equal(bands.Edges.Order(), bands.Edges);
        var total = 0;
        for (var band = 0; band < Kept.QuantileBands; band++)
        {
            var (least, most) = (bands.Edges[band], bands.Edges[band + 1]);
            Assert.All(examples[band], example => Assert.InRange(example.Value, least, most));
            Assert.Equal(examples[band].OrderBy(example => example.Key), examples[band]);

            // A value that is an edge is in one of two bands.
            var (within, among) = (
                drawn.Values.Count(value => value != 0 && value > least && value < most),
                drawn.Values.Count(value => value != 0 && value >= least && value <= most));
            Assert.InRange(examples[band].Length, Math.Min(within, Kept.QuantileExamples), Math.Min(among, Kept.QuantileExamples));
            total += examples[band].Length;
        }

        Assert.True(total > 0);
    });

    [Fact]
    public void AnotherSeed_DrawsOthers()
    {
        uint[][] keys = [.. Enumerable.Range(0, 2).Select(seed => Enumerable.Range(0, 50)
            .Select(row => DrawKeys.Of(DrawKeys.OfSequence(seed, [1, 2, 3]), row)).ToArray())];

        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal(50, keys[0].Distinct().Count());
    }

    [Fact]
    public void Samples_AreEvenOverTheDataset()
    {
        // Of 1,000 draws of 10 out of 100 tokens a token is drawn 100 times, give or take.
        var drawn = new int[100];
        for (var seed = 0; seed < 1000; seed++)
        {
            var sequence = DrawKeys.OfSequence(seed, [7]);
            foreach (var row in Enumerable.Range(0, drawn.Length).OrderBy(row => DrawKeys.Of(sequence, row)).Take(10))
            {
                drawn[row]++;
            }
        }

        Assert.All(drawn, times => Assert.InRange(times, 50, 150));
    }

    private static IEnumerable<DrawnExample> All((float[] Values, uint[] Keys) drawn) => drawn.Values
        .Select((value, token) => new DrawnExample(drawn.Keys[token], value, Place(token))).Where(example => example.Value != 0);

    private static LatentStatistics Add(float[] values, uint[] keys, int first, int end)
    {
        var statistics = new LatentStatistics(Width, Kept);
        statistics.Add(
            Tile(values[first..end], _ => 0),
            new TokenColumns(Enumerable.Range(first, end - first).Select(Place).ToArray(), keys[first..end], []));
        return statistics;
    }
}
