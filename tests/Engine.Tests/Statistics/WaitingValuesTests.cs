using AeServerless.Engine.Encoding;
using AeServerless.Engine.Statistics;
using CsCheck;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class WaitingValuesTests
{
    /// <summary>Widths of one latent a bucket and of many, whose last bucket is whole or not, and so wide that fewer tokens can wait.</summary>
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
            var waiting = new WaitingValues(width, WaitingValues.DefaultLimit);
            var tile = Tile(random, width, tokens: random.Next(threads == 1 ? 300 : 1000));
            TokenPlace[] places = [.. Enumerable.Range(0, tile.Tokens).Select(token => new TokenPlace(token, 1, 2))];

            // Of two rounds the second uses what the first gave back.
            for (var round = 0; round < 2; round++)
            {
                var taken = waiting.Append(tile, 0, places);
                var handedOut = new SortedDictionary<int, (float Value, TokenPlace Place)[]>();
                var order = new List<int>();
                waiting.Drain(threads, (latent, values, batch) =>
                {
                    var own = new (float, TokenPlace)[values.Length];
                    for (var i = 0; i < own.Length; i++)
                    {
                        own[i] = (values[i].Value, batch[values[i].Token]);
                    }

                    lock (handedOut)
                    {
                        handedOut.Add(latent, own);
                        order.Add(latent);
                    }
                });

                Assert.True(taken.Tokens == tile.Tokens || taken.Tokens > 500);
                Assert.Equal(Expected(tile, taken.Tokens, places), handedOut);
                Assert.True(threads > 1 || order.SequenceEqual(order.Order()));
                Assert.Equal(0, waiting.Tokens);
            }
            Interlocked.Add(ref several, threads > 1 && tile.Count >= WaitingValues.FewForThreads ? 1 : 0);
        },
        iter: 200);
        Assert.True(several > 0);
    }

    [Fact]
    public void Append_LeavesOutZerosAndWhatIsNotFinite()
    {
        var tile = new SparseLatents();
        tile.Set([0, 3, 5], [0, 1, 2, 0, 1], [0, float.NaN, 3, float.PositiveInfinity, -5]);
        var waiting = new WaitingValues(3, WaitingValues.DefaultLimit);
        var kept = new List<(int, float)>();

        var (tokens, nonFinite) = waiting.Append(tile, 0, [default, default]);

        waiting.Drain(1, (latent, values, _) => kept.Add((latent, values[0].Value)));
        Assert.Equal((2, 2), (tokens, nonFinite));
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
        var waiting = new WaitingValues(1, WaitingValues.DefaultLimit);
        var kept = new List<(float, int)>();

        var (_, nonFinite) = waiting.Append(tile, 0, new TokenPlace[values.Length]);

        waiting.Drain(1, (_, found, _) => kept.AddRange(found.ToArray().Select(value => (value.Value, value.Token))));
        Assert.Equal(2, nonFinite);
        Assert.Equal(values.Select((value, token) => (value, token)).Where(pair => pair.value != 0 && float.IsFinite(pair.value)), kept);
    }

    [Fact]
    public void Append_StopsAfterTheTokenThatFillsIt()
    {
        var tile = Tile(new Random(1), 100, tokens: 50);
        var waiting = new WaitingValues(100, limit: tile.RowStarts[20] - 1);

        var (tokens, _) = waiting.Append(tile, 0, new TokenPlace[50]);

        Assert.Equal(20, tokens);
        Assert.True(waiting.IsFull);
        waiting.Clear();
        Assert.False(waiting.IsFull);
        Assert.Equal((20, 0), waiting.Append(tile, 30, new TokenPlace[50]));
        var latents = new SortedDictionary<int, int>();
        waiting.Drain(1, (latent, values, _) => latents.Add(latent, values.Length));
        Assert.Equal(new SortedDictionary<int, int>(tile.Latents[tile.RowStarts[30]..].ToArray().CountBy(latent => latent).ToDictionary()), latents);
    }

    [Theory]
    [InlineData(1 << 20, 1 << 18)]
    [InlineData((1 << 20) + 1, 1 << 17)]
    [InlineData(1 << 24, 1 << 14)]
    public void WiderAutoencoders_LetFewerTokensWait(int width, int expected)
    {
        var tile = new SparseLatents();
        tile.Set(new int[(1 << 18) + 2], [], []);

        var (tokens, _) = new WaitingValues(width, WaitingValues.DefaultLimit).Append(tile, 0, new TokenPlace[(1 << 18) + 1]);

        Assert.Equal(expected, tokens);
    }

    private static SparseLatents Tile(Random random, int width, int tokens)
    {
        var (starts, latents, values) = (new List<int> { 0 }, new List<int>(), new List<float>());
        for (var token = 0; token < tokens; token++)
        {
            // Some of few latents, which have many values, and some of all.
            var own = Enumerable.Range(0, 30).Select(i => random.Next(i % 2 == 0 ? width : Math.Min(width, 70))).Append(width - 1).Distinct().Order().ToList();
            latents.AddRange(own);
            values.AddRange(own.Select(_ => random.NextSingle() - 2));
            starts.Add(latents.Count);
        }

        var tile = new SparseLatents();
        tile.Set([.. starts], [.. latents], [.. values]);
        return tile;
    }

    private static SortedDictionary<int, (float Value, TokenPlace Place)[]> Expected(SparseLatents tile, int tokens, TokenPlace[] places)
    {
        var expected = new Dictionary<int, List<(float, TokenPlace)>>();
        for (var token = 0; token < tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                expected.TryAdd(tile.Latents[i], []);
                expected[tile.Latents[i]].Add((tile.Values[i], places[token]));
            }
        }

        return new(expected.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
    }
}
