using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics.Pending;

public sealed class PendingValuesTests
{
    /// <summary>Widths of one latent a bucket and of many, whose last bucket is whole or not.</summary>
    private static readonly int[] Widths = [1, 2, 64, 65, 130, 1000, 32_768, (1 << 20) + 1, 1 << 24];

    [Fact]
    public void Drain_HandsOutEachLatentsValuesInTheOrderInWhichTheyCame()
    {
        // Samples that several threads took part in.
        var several = 0;
        Gen.Select(Gen.Int[0, Widths.Length - 1], Gen.Int[0, 1000], Gen.Int[1, 4]).Sample((index, seed, threads) =>
        {
            var width = Widths[index];
            var random = new Random(seed);
            var waiting = new PendingValues(width, PendingValues.DefaultLimit);
            SparseLatents[] tiles =
                [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Tile(random, width, random.Next(threads == 1 ? 100 : 500)))];

            // Of two rounds the second uses what the first gave back.
            for (var round = 0; round < 2; round++)
            {
                var expected = new SortedDictionary<int, List<(float, TokenPlace)>>();
                foreach (var tile in tiles)
                {
                    TokenPlace[] places = [.. Enumerable.Range(0, tile.Tokens).Select(token => new TokenPlace(waiting.Tokens, token, 2))];
                    Expect(tile, places, expected);
                    Assert.Equal(0, waiting.Append(tile, places));
                }

                var handedOut = new SortedDictionary<int, List<(float Value, TokenPlace Place)>>();
                var order = new List<int>();
                waiting.Drain(threads, (latent, values, batch) =>
                {
                    var own = new List<(float, TokenPlace)>();
                    foreach (var value in values)
                    {
                        own.Add((value.Value, batch[value.Token]));
                    }

                    lock (handedOut)
                    {
                        handedOut.Add(latent, own);
                        order.Add(latent);
                    }
                });

                Assert.Equal(expected, handedOut);
                Assert.True(threads > 1 || order.SequenceEqual(order.Order()));
                Assert.Equal(0, waiting.Tokens);
            }

            Interlocked.Add(ref several, threads > 1 && tiles.Sum(tile => tile.Count) >= PendingValues.MinForThreads ? 1 : 0);
        },
        iter: 200);
        Assert.True(several > 0);
    }

    [Fact]
    public void Append_LeavesOutZerosAndWhatIsNotFinite()
    {
        var tile = new SparseLatents();
        tile.Set([0, 3, 5], [0, 1, 2, 0, 1], [0, float.NaN, 3, float.PositiveInfinity, -5]);
        var waiting = new PendingValues(3, PendingValues.DefaultLimit);
        var kept = new List<(int, float)>();

        var nonFinite = waiting.Append(tile, new TokenPlace[2]);

        waiting.Drain(1, (latent, values, _) => kept.Add((latent, values[0].Value)));
        Assert.Equal(2, nonFinite);
        Assert.Equal([(1, -5f), (2, 3f)], kept);
    }

    /// <summary>Among others that all count, from the largest magnitudes to the smallest.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(40)]
    public void Append_TakesAllThatIsFiniteAndNotZero(int others)
    {
        float[] values = [float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 0, -0f, float.NegativeInfinity, float.NaN, 1];
        values = [.. Enumerable.Repeat(7f, others), .. values, .. Enumerable.Repeat(8f, others)];
        var tile = new SparseLatents();
        tile.Set([.. Enumerable.Range(0, values.Length + 1)], new int[values.Length], values);
        var waiting = new PendingValues(1, PendingValues.DefaultLimit);
        var kept = new List<(float, int)>();

        var nonFinite = waiting.Append(tile, new TokenPlace[values.Length]);

        waiting.Drain(1, (_, found, _) => kept.AddRange(found.ToArray().Select(value => (value.Value, value.Token))));
        Assert.Equal(2, nonFinite);
        Assert.Equal(values.Select((value, token) => (value, token)).Where(pair => pair.value != 0 && float.IsFinite(pair.value)), kept);
    }

    /// <summary>Values are kept in blocks, which the tiles' values fill in any steps.</summary>
    [Fact]
    public void ManyValuesOfALatent_ComeInTheirOrder() => Gen.Int[1, 3000].Array[1, 12].Sample(lengths =>
    {
        var waiting = new PendingValues(1, PendingValues.DefaultLimit);
        var expected = new List<(float, int)>();
        foreach (var length in lengths)
        {
            float[] values = [.. Enumerable.Range(1, length).Select(value => value % 50 == 0 ? 0f : value)];
            var tile = new SparseLatents();
            tile.Set([.. Enumerable.Range(0, length + 1)], new int[length], values);
            expected.AddRange(values.Select((value, token) => (value, waiting.Tokens + token)).Where(pair => pair.value != 0));
            waiting.Append(tile, new TokenPlace[length]);
        }

        waiting.Drain(1, (_, found, _) => Assert.Equal(expected, found.ToArray().Select(value => (value.Value, value.Token))));
    }, iter: 100);

    [Fact]
    public void NoMoreWaitThanTheLimit_IfNotThoseOfOneTileAreMore()
    {
        var tile = Tile(new Random(1), 100, tokens: 50);
        var waiting = new PendingValues(100, limit: (2 * tile.Count) - 1);
        Assert.True(new PendingValues(100, limit: 1).HasRoomFor(tile));

        waiting.Append(tile, new TokenPlace[50]);

        Assert.False(waiting.HasRoomFor(tile));
        waiting.Clear();
        Assert.True(waiting.HasRoomFor(tile));
    }

    [Theory]
    [InlineData(1 << 20, 1 << 18)]
    [InlineData((1 << 20) + 1, 1 << 17)]
    [InlineData(1 << 24, 1 << 14)]
    public void WiderAutoencoders_LetFewerTokensWait(int width, int most)
    {
        var waiting = new PendingValues(width, PendingValues.DefaultLimit);

        waiting.Append(Empty(most - 10), new TokenPlace[most - 10]);

        Assert.True(waiting.HasRoomFor(Empty(10)));
        Assert.False(waiting.HasRoomFor(Empty(11)));
    }

    private static SparseLatents Empty(int tokens)
    {
        var tile = new SparseLatents();
        tile.Set(new int[tokens + 1], [], []);
        return tile;
    }

    private static SparseLatents Tile(Random random, int width, int tokens)
    {
        var (starts, latents, values) = (new List<int> { 0 }, new List<int>(), new List<float>());
        for (var token = 0; token < tokens; token++)
        {
            // Some of few latents, which have many values, and some of all.
            var own = Enumerable.Range(0, 30).Select(
                i => random.Next(i % 2 == 0 ? width : Math.Min(width, 70))).Append(width - 1).Distinct().Order().ToList();
            latents.AddRange(own);
            values.AddRange(own.Select(_ => random.NextSingle() - 2));
            starts.Add(latents.Count);
        }

        var tile = new SparseLatents();
        tile.Set([.. starts], [.. latents], [.. values]);
        return tile;
    }

    private static void Expect(SparseLatents tile, TokenPlace[] places, SortedDictionary<int, List<(float, TokenPlace)>> expected)
    {
        foreach (var (token, latent, value) in Random64.Pairs(tile))
        {
            expected.TryAdd(latent, []);
            expected[latent].Add((value, places[token]));
        }
    }
}
