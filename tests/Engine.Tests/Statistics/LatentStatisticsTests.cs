using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using CsCheck;
using static AeServerless.Engine.Tests.Statistics.SmallStatistics;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class LatentStatisticsTests
{
    private static readonly Gen<float[][]> Rows = Value.Array[Width].Array[0, 40];

    [Fact]
    public void Figures_EqualAPlainComputation() => Rows.Sample(rows =>
    {
        var statistics = Add(rows, 0, rows.Length, threads: 1);

        for (var latent = 0; latent < Width; latent++)
        {
            var values = rows.Select(row => row[latent]).Where(value => float.IsFinite(value) && value != 0).ToArray();
            var figures = LatentMoments.Compute(statistics[latent], statistics.CountedTokens);
            var (mean, square) = rows.Length == 0
                ? (0, 0)
                : (values.Sum(v => (double)v) / rows.Length, values.Sum(v => (double)v * v) / rows.Length);
            Assert.Equal(values.Length, figures.Count);
            Assert.Equal(values.DefaultIfEmpty().Max(), figures.Max);
            Assert.Equal(values.DefaultIfEmpty().Min(), figures.Min);
            Assert.Equal(mean, figures.Mean, 1e-9);
            Assert.Equal(square, figures.MeanSquare, 1e-9 * (1 + square));
            Assert.Equal(square - (mean * mean), figures.Variance, 1e-9 * (1 + square));
        }

        Assert.Equal(rows.Sum(row => row.Count(value => !float.IsFinite(value))), statistics.NonFiniteValues);
    });

    [Fact]
    public void TopExamples_AreTheStrongestWithTiesInTheOrderOfTheDataset() => Rows.Sample(rows =>
    {
        var statistics = Add(rows, 0, rows.Length, threads: 1);

        for (var latent = 0; latent < Width; latent++)
        {
            var all = rows.Select((row, token) => new TopExample(row[latent], Place(token))).Where(e => float.IsFinite(e.Value)).ToArray();
            var top =
                all.Where(e => e.Value > 0).OrderByDescending(e => e.Value).ThenBy(e => e.Place.Sequence).ThenBy(e => e.Place.Position);
            var bottom = all.Where(e => e.Value < 0).OrderBy(e => e.Value).ThenBy(e => e.Place.Sequence).ThenBy(e => e.Place.Position);
            Assert.Equal(top.Take(3), ExamplesOf(statistics[latent]?.Positive));
            Assert.Equal(bottom.Take(3), ExamplesOf(statistics[latent]?.Negative));
        }
    });

    [Fact]
    public void Histograms_CountEveryValueOfTheirSign() => Rows.Sample(rows =>
    {
        var statistics = Add(rows, 0, rows.Length, threads: 1);

        for (var latent = 0; latent < Width; latent++)
        {
            var expected = new long[2, Options.HistogramBins];
            foreach (var value in rows.Select(row => row[latent]).Where(value => float.IsFinite(value) && value != 0))
            {
                expected[value > 0 ? 0 : 1, statistics.Histogram.Bin(value)]++;
            }

            // None where no value had the sign.
            var all = Enumerable.Range(0, Options.HistogramBins);
            foreach (var (sign, side) in ((SignedState?[])[statistics[latent]?.Positive, statistics[latent]?.Negative]).Index())
            {
                Assert.Equal(all.Any(bin => expected[sign, bin] > 0) ? all.Select(bin => expected[sign, bin]) : [], BinsOf(side));
            }
        }
    });

    [Fact]
    public void Threads_ChangeNothing()
    {
        var random = new Random(1);
        var rows =
            Enumerable.Range(0, 6000).Select(_ => Enumerable.Range(0, Width).Select(_ => random.Next(-9, 9) / 4f).ToArray()).ToArray();

        AssertSame(Add(rows, 0, rows.Length, threads: 1), Add(rows, 0, rows.Length, threads: 3));
    }

    [Fact]
    public void Merging_GivesWhatOnePassGives() => Gen.Select(Rows, Gen.Int[0, 40], Gen.Int[0, 40]).Sample((rows, a, b) =>
    {
        var (first, second) = (Math.Min(Math.Min(a, b), rows.Length), Math.Min(Math.Max(a, b), rows.Length));
        var left = Add(rows, 0, first, threads: 1);
        left.Add(Add(rows, first, second, threads: 1));
        left.Add(Add(rows, second, rows.Length, threads: 1));
        var right = Add(rows, first, second, threads: 1);
        right.Add(Add(rows, second, rows.Length, threads: 1));
        var outer = Add(rows, 0, first, threads: 1);
        outer.Add(right);

        var whole = Add(rows, 0, rows.Length, threads: 1);
        AssertSame(whole, left);
        AssertSame(whole, outer);
    });

    [Fact]
    public void Draining_HandsOutTheSameWhetherValuesWaitOrNot_AndLeavesNothing() => Gen.Select(Rows, Rows).Sample((rows, others) =>
    {
        var (waiting, added) = (Add(rows, 0, rows.Length, threads: 1), Add(rows, 0, rows.Length, threads: 1));
        _ = added[0];

        var handedOut = DrainInto(waiting);

        AssertSame(Add(rows, 0, rows.Length, threads: 1), handedOut);
        AssertSame(DrainInto(added), handedOut);
        Assert.All(Enumerable.Range(0, Width), latent => Assert.True(waiting[latent] is null && added[latent] is null));
        added.Clear();
        added.Add(Add(others, 0, others.Length, threads: 1));
        AssertSame(Add(others, 0, others.Length, threads: 1), added);
    });

    /// <summary>As the tables of a run do.</summary>
    [Fact]
    public void MergedStatistics_AreReadByManyThreads()
    {
        var merged = new LatentStatistics(Width, Options);
        merged.Add(Tile([1, 2, 3], _ => 3), [Place(0), Place(1), Place(2)]);
        _ = merged[0];

        Parallel.For(0, 100_000, i => Assert.Equal(i % Width == 3 ? 3 : null, merged[i % Width]?.Count));
    }

    [Fact]
    public void LeftOutTokens_AreNotCounted()
    {
        var statistics = Add([[1, 0, 0, 0, 0, 0, 0], new float[Width], new float[Width], new float[Width]], 0, 4, threads: 1);
        statistics.ExcludeNonFinite(1);
        statistics.ExcludeShortSequences(1);

        Assert.Equal(2, statistics.CountedTokens);
        Assert.Equal(0.5, LatentMoments.Compute(statistics[0], statistics.CountedTokens).Frequency);
    }

    private static LatentStatistics DrainInto(LatentStatistics from)
    {
        var into = new LatentStatistics(Width, Options);
        into.AddCounts(from.Tokens, 0, 0, from.NonFiniteValues);
        from.Drain((latent, state) => into.StateOf(latent).Add(state));
        return into;
    }

    /// <summary>Adds the rows as one tile, zeros left out of it like a tile of latents, but now and then one stays.</summary>
    private static LatentStatistics Add(float[][] rows, int first, int end, int threads)
    {
        var statistics = new LatentStatistics(Width, Options, threads);
        var starts = new List<int> { 0 };
        var latents = new List<int>();
        var values = new List<float>();
        for (var token = first; token < end; token++)
        {
            for (var latent = 0; latent < Width; latent++)
            {
                if (rows[token][latent] != 0 || latent == 2)
                {
                    latents.Add(latent);
                    values.Add(rows[token][latent]);
                }
            }

            starts.Add(latents.Count);
        }

        var tile = new SparseLatents();
        tile.Set([.. starts], [.. latents], [.. values]);
        statistics.Add(tile, Enumerable.Range(first, end - first).Select(Place).ToArray());
        return statistics;
    }
}
