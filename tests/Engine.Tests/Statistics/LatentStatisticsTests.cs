using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class LatentStatisticsTests
{
    private const int Width = 7;

    private static readonly StatisticsOptions Options = new() { TopExamples = 3, HistogramBins = 6, HistogramMinExponent = -2, HistogramMaxExponent = 2 };

    /// <summary>Few distinct values, so that ties and zeros are common, and some that are not finite.</summary>
    private static readonly Gen<float> Value = Gen.OneOf(
        Gen.Int[-3, 3].Select(i => i / 2f), Gen.Float[-100, 100], Gen.Const(float.NaN), Gen.Const(float.PositiveInfinity));

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
            var top = all.Where(e => e.Value > 0).OrderByDescending(e => e.Value).ThenBy(e => e.Place.Sequence).ThenBy(e => e.Place.Position);
            var bottom = all.Where(e => e.Value < 0).OrderBy(e => e.Value).ThenBy(e => e.Place.Sequence).ThenBy(e => e.Place.Position);
            Assert.Equal(top.Take(3), Examples(statistics[latent]?.Positive));
            Assert.Equal(bottom.Take(3), Examples(statistics[latent]?.Negative));
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
                Assert.Equal(all.Any(bin => expected[sign, bin] > 0) ? all.Select(bin => expected[sign, bin]) : [], Bins(side));
            }
        }
    });

    [Fact]
    public void Threads_ChangeNothing()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 6000).Select(_ => Enumerable.Range(0, Width).Select(_ => random.Next(-9, 9) / 4f).ToArray()).ToArray();

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

    /// <summary>A run of a latent's values is added at once, the strongest of dozens found by comparing all with all.</summary>
    [Fact]
    public void ValuesOfOneLatentAtOnce_GiveWhatOneByOneGives() => Gen.Select(Value, Gen.Int[0, 30]).Array[0, 300].Sample(values =>
    {
        var (tile, oneByOne) = (new SparseLatents(), new LatentStatistics(Width, Options));
        oneByOne.AddTokens(values.Length);
        tile.Set([.. Enumerable.Range(0, values.Length + 1)], new int[values.Length], [.. values.Select(value => value.Item1)]);

        // Places in no order: among equal values the order of the dataset decides, not that in which they came.
        var places = values.Select((value, i) => new TokenPlace(value.Item2, i, i)).ToArray();
        var atOnce = new LatentStatistics(Width, Options);
        atOnce.Add(tile, places);
        for (var i = 0; i < values.Length; i++)
        {
            oneByOne.Add(0, values[i].Item1, places[i]);
        }

        AssertSame(oneByOne, atOnce);
    });

    /// <summary>
    /// Tiles one after the other, with or without what waits being added between them: magnitudes of many powers of two, equal ones among them, far
    /// more of them than examples are kept, and sometimes the strongest first.
    /// </summary>
    [Fact]
    public void Tiles_GiveWhatOneByOneGives() => Gen.Select(
        OneOf(1, 20, 65, 300), OneOf(0, 3, 20, 100), Gen.Select(Gen.Int[-9, 9], Gen.Int[-40, 20]).Array[0, 1000], Gen.Bool.Array[4], Gen.Bool)
        .Sample((width, topExamples, values, added, descending) =>
        {
            var options = new StatisticsOptions { TopExamples = topExamples };
            float[] numbers = [.. values.Select(value => MathF.ScaleB(value.Item1, value.Item2))];
            numbers = descending ? [.. numbers.OrderByDescending(MathF.Abs)] : numbers;
            var (inTiles, oneByOne) = (new LatentStatistics(width, options), new LatentStatistics(width, options));

            // What a chunk that failed has left is forgotten.
            inTiles.Add(Tile([1, 2], _ => 0), [Place(1), Place(2)]);
            inTiles.Clear();

            // Most values have one of two latents, so that each has hundreds; all latents have some.
            int Latent(int i) => i % 9 == 0 ? i % width : width / 2 * (i & 1);
            for (var tile = 0; tile < added.Length; tile++)
            {
                var (first, end) = (numbers.Length * tile / added.Length, numbers.Length * (tile + 1) / added.Length);
                inTiles.Add(Tile(numbers[first..end], i => Latent(first + i)), [.. Enumerable.Range(first, end - first).Select(Place)]);
                _ = added[tile] ? inTiles[0] : null;
            }

            oneByOne.AddTokens(numbers.Length);
            for (var i = 0; i < numbers.Length; i++)
            {
                oneByOne.Add(Latent(i), numbers[i], Place(i));
            }

            AssertSame(oneByOne, inTiles);
        });

    /// <summary>What waits is added whenever it is as much as may wait.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void MostWaiting_ChangesNothing(int maxPending)
    {
        var random = new Random(2);
        float[] numbers = [.. Enumerable.Range(0, 5000).Select(_ => MathF.Round(random.NextSingle() * 100) - 50)];
        TokenPlace[] places = [.. Enumerable.Range(0, numbers.Length).Select(Place)];
        var (few, all) = (new LatentStatistics(Width, Options, threads: 1, maxPending, new PendingBlockPool()), new LatentStatistics(Width, Options));

        const int Tokens = 700;
        for (var first = 0; first < numbers.Length; first += Tokens)
        {
            var part = first..Math.Min(numbers.Length, first + Tokens);
            few.Add(Tile(numbers[part], i => i % Width), places[part]);
        }

        all.Add(Tile(numbers, i => i % Width), places);

        AssertSame(all, few);
    }

    /// <summary>As of a long sequence that may not be cut, with an autoencoder so wide that so many tokens can't wait.</summary>
    [Fact]
    public void TileOfTooManyTokensToWait_IsAddedAsAnyOther()
    {
        const int Tokens = (1 << 14) + 1;
        float[] numbers = [.. Enumerable.Range(0, Tokens).Select(token => token % 11 == 0 ? float.NaN : (token % 100) - 50)];
        TokenPlace[] places = [.. Enumerable.Range(0, Tokens).Select(Place)];
        var (wide, narrow) = (new LatentStatistics(1 << 24, Options), new LatentStatistics(Width, Options));
        foreach (var statistics in (LatentStatistics[])[wide, narrow])
        {
            // What waits by then is not lost.
            statistics.Add(Tile([2, 4], _ => 1), [Place(0), Place(1)]);
            statistics.Add(Tile(numbers, i => i % Width), places);
        }

        var copy = new LatentStatistics(Width, Options);
        copy.AddCounts(wide.Tokens, 0, 0, wide.NonFiniteValues);
        for (var latent = 0; latent < Width; latent++)
        {
            wide[latent]!.Normalise();
            copy.StateOf(latent).Add(wide[latent]!);
        }

        AssertSame(narrow, copy);
    }

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

    private static Gen<int> OneOf(params int[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static SparseLatents Tile(float[] values, Func<int, int> latent)
    {
        var tile = new SparseLatents();
        tile.Set([.. Enumerable.Range(0, values.Length + 1)], [.. Enumerable.Range(0, values.Length).Select(latent)], values);
        return tile;
    }

    private static LatentStatistics DrainInto(LatentStatistics from)
    {
        var into = new LatentStatistics(Width, Options);
        into.AddCounts(from.Tokens, 0, 0, from.NonFiniteValues);
        from.Drain((latent, state) => into.StateOf(latent).Add(state));
        return into;
    }

    private static void AssertSame(LatentStatistics expected, LatentStatistics actual)
    {
        Assert.Equal(expected.Width, actual.Width);
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.NonFiniteValues, actual.NonFiniteValues);
        for (var latent = 0; latent < expected.Width; latent++)
        {
            var (left, right) = (expected[latent], actual[latent]);
            Assert.Equal(left is null, right is null);
            left?.Normalise();
            right?.Normalise();
            Assert.Equal(left?.Count, right?.Count);
            Assert.Equal((left?.Max, left?.Min), (right?.Max, right?.Min));
            Assert.Equal(left?.Sum.ToArray(), right?.Sum.ToArray());
            Assert.Equal(left?.Squares.ToArray(), right?.Squares.ToArray());
            Assert.Equal(Bins(left?.Positive), Bins(right?.Positive));
            Assert.Equal(Bins(left?.Negative), Bins(right?.Negative));
            Assert.Equal(Examples(left?.Positive), Examples(right?.Positive));
            Assert.Equal(Examples(left?.Negative), Examples(right?.Negative));
        }
    }

    private static long[] Bins(SignedState? state) => state is null ? [] : state.Bins.ToArray();

    private static TopExample[] Examples(SignedState? state) => state is null ? [] : state.Examples.All.ToArray();

    private static TokenPlace Place(int token) => new(token / 5, token % 5, 100 + token);

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
