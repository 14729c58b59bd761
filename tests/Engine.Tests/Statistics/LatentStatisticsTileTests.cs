using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using CsCheck;
using static AeServerless.Engine.Tests.Statistics.SmallStatistics;

namespace AeServerless.Engine.Tests.Statistics;

/// <summary>Values of tiles wait, to be added many of a latent at once: the statistics are those of adding one by one.</summary>
public sealed class LatentStatisticsTileTests
{
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
    /// Tiles one after the other, with or without what waits being added between them: magnitudes of many powers of two, equal ones among
    /// them, far more of them than examples are kept, and sometimes the strongest first.
    /// </summary>
    [Fact]
    public void Tiles_GiveWhatOneByOneGives() => Gen.Select(
        OneOf(1, 20, 65, 300), OneOf(0, 3, 20, 100), Gen.Select(
            Gen.Int[-9, 9], Gen.Int[-40, 20]).Array[0, 1000], Gen.Bool.Array[4], Gen.Bool)
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
        var (few, all) =
            (new LatentStatistics(Width, Options, threads: 1, maxPending), new LatentStatistics(Width, Options));

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

    private static Gen<int> OneOf(params int[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
