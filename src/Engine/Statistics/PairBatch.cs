using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Values that wait to be added, latent by latent. What is kept of tens of thousands of latents is far larger than a cache: sorted by latent, it is
/// fetched once for many values and not for each. Values come in buckets of neighbouring latents, each small enough to be sorted in the cache.
/// </summary>
internal sealed class PairBatch
{
    private const int PairsALatent = 256;
    private const int MinPairs = 1 << 14;
    private const int MaxPairs = 1 << 23;
    private const int MaxTokens = 1 << 18;
    private const int MaxBucketBits = 6;
    private const int BlockPairs = 1 << 12;

    // Of all batches of the process: a batch is full for a moment only, and scalars are drained one after the other.
    private static readonly ConcurrentBag<ulong[]> Blocks = [];

    private readonly Bucket[] _buckets;
    private readonly int _bucketLatentBits;
    private readonly int _tokenBits;
    private readonly int _maxTokens;
    private readonly int _enoughPairs;
    private TokenPlace[] _places = [];

    public PairBatch(int latentCount)
    {
        // A pair is 64 bits: the value, its latent within the bucket, and its token.
        _bucketLatentBits = Math.Max(0, BitOperations.Log2((uint)Math.Max(1, latentCount - 1)) + 1 - MaxBucketBits);
        _tokenBits = 32 - _bucketLatentBits;
        _maxTokens = (int)Math.Min(MaxTokens, 1L << _tokenBits);
        _enoughPairs = (int)Math.Clamp((long)latentCount * PairsALatent, MinPairs, MaxPairs);
        _buckets = [.. Enumerable.Range(0, ((latentCount - 1) >> _bucketLatentBits) + 1).Select(_ => new Bucket())];
    }

    /// <summary>Takes the values of one latent, in the order in which they came.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="pairs">Its values; not empty.</param>
    /// <param name="places">The places of the batch's tokens.</param>
    public delegate void Run(int latent, ReadOnlySpan<ulong> pairs, ReadOnlySpan<TokenPlace> places);

    public int Count { get; private set; }

    /// <summary>Tokens whose values wait, or that have none.</summary>
    public int Tokens { get; private set; }

    public bool IsFull => Count >= _enoughPairs || Tokens == _maxTokens;

    /// <summary>The value of a pair that is handed out.</summary>
    public static float Value(ulong pair) => BitConverter.UInt32BitsToSingle((uint)(pair >> 32));

    /// <summary>The index of the place of a pair that is handed out.</summary>
    public static int Token(ulong pair) => (int)(uint)pair;

    /// <summary>Takes values of a tile's tokens, without zeros and what is not finite, as far as there is room for tokens.</summary>
    /// <param name="tile">The values.</param>
    /// <param name="firstToken">The token to begin with.</param>
    /// <param name="places">The places of the tile's tokens. [tile.Tokens]</param>
    /// <returns>How many tokens were taken, and how many of their values were not finite.</returns>
    public (int Tokens, int NonFinite) Append(SparseLatents tile, int firstToken, ReadOnlySpan<TokenPlace> places)
    {
        var tokens = Math.Min(tile.Tokens - firstToken, _maxTokens - Tokens);
        Grow(Tokens + tokens);
        places.Slice(firstToken, tokens).CopyTo(_places.AsSpan(Tokens));
        var (start, end) = (tile.RowStarts[firstToken], tile.RowStarts[firstToken + tokens]);
        var values = tile.Values[start..end];

        // Nearly always nothing is to be left out.
        var takesAll = TensorPrimitives.IsFiniteAll<float>(values) && !TensorPrimitives.IsZeroAny<float>(values);
        var left = 0;
        for (var token = 0; token < tokens; token++)
        {
            var row = tile.RowStarts[firstToken + token]..tile.RowStarts[firstToken + token + 1];
            left += AppendRow(tile.Latents[row], tile.Values[row], (uint)(Tokens + token), takesAll);
        }

        Count += values.Length - left;
        Tokens += tokens;
        return (tokens, left == 0 ? 0 : values.Length - Finite(values));
    }

    /// <summary>Hands out all values, each latent's at once, and is then empty. Buckets go to different threads.</summary>
    public void Drain(int threads, Run run)
    {
        if (threads == 1 || Count < MinPairs)
        {
            for (var bucket = 0; bucket < _buckets.Length; bucket++)
            {
                DrainBucket(bucket, run);
            }
        }
        else
        {
            Parallel.For(0, _buckets.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, bucket => DrainBucket(bucket, run));
        }

        Clear();
    }

    public void Clear()
    {
        Array.ForEach(_buckets, bucket => bucket.Clear());
        (Count, Tokens) = (0, 0);
    }

    private static int Finite(ReadOnlySpan<float> values)
    {
        var finite = 0;
        foreach (var value in values)
        {
            finite += float.IsFinite(value) ? 1 : 0;
        }

        return finite;
    }

    /// <returns>How many values were left out.</returns>
    private int AppendRow(ReadOnlySpan<int> latents, ReadOnlySpan<float> values, uint token, bool takesAll)
    {
        var (left, bits) = (0, _bucketLatentBits);
        var mask = (1u << bits) - 1;
        for (var i = 0; i < latents.Length; i++)
        {
            var (latent, value) = ((uint)latents[i], values[i]);
            if (!takesAll && (value == 0 || !float.IsFinite(value)))
            {
                left++;
                continue;
            }

            _buckets[latent >> bits].Add(((ulong)BitConverter.SingleToUInt32Bits(value) << 32) | ((latent & mask) << _tokenBits) | token);
        }

        return left;
    }

    /// <summary>Counting sort by latent, stable, and each latent's run while it is in the cache.</summary>
    private void DrainBucket(int index, Run run)
    {
        var bucket = _buckets[index];
        if (bucket.Count == 0)
        {
            return;
        }

        var latents = 1 << _bucketLatentBits;
        var ends = LargeArrays<int>.Pool.Rent(latents);
        var sorted = LargeArrays<ulong>.Pool.Rent(bucket.Count);
        try
        {
            Sort(bucket, ends.AsSpan(0, latents), sorted);
            for (var (latent, start) = (0, 0); latent < latents; start = ends[latent++])
            {
                if (ends[latent] > start)
                {
                    run((index << _bucketLatentBits) + latent, sorted.AsSpan(start..ends[latent]), _places.AsSpan(0, Tokens));
                }
            }
        }
        finally
        {
            LargeArrays<int>.Pool.Return(ends);
            LargeArrays<ulong>.Pool.Return(sorted);
        }
    }

    private void Sort(Bucket bucket, Span<int> ends, Span<ulong> sorted)
    {
        var withoutLatent = ~(ulong)uint.MaxValue | ((1UL << _tokenBits) - 1);
        ends.Clear();
        for (var block = 0; block < bucket.BlockCount; block++)
        {
            foreach (var pair in bucket.Block(block))
            {
                ends[LatentInBucket(pair)]++;
            }
        }

        var before = 0;
        foreach (ref var end in ends)
        {
            (end, before) = (before, before + end);
        }

        for (var block = 0; block < bucket.BlockCount; block++)
        {
            foreach (var pair in bucket.Block(block))
            {
                // From the start of the latent's run to, when all are there, its end.
                sorted[ends[LatentInBucket(pair)]++] = pair & withoutLatent;
            }
        }
    }

    private int LatentInBucket(ulong pair) => (int)((pair & uint.MaxValue) >> _tokenBits);

    private void Grow(int places)
    {
        if (_places.Length < places)
        {
            Array.Resize(ref _places, Math.Max(places, 2 * _places.Length));
        }
    }

    /// <summary>Pairs of neighbouring latents.</summary>
    private sealed class Bucket
    {
        private readonly List<ulong[]> _blocks = [];
        private ulong[] _last = [];
        private int _filled;

        public int BlockCount => _blocks.Count;

        public int Count => _blocks.Count == 0 ? 0 : ((_blocks.Count - 1) * BlockPairs) + _filled;

        public ReadOnlySpan<ulong> Block(int index) => _blocks[index].AsSpan(0, index == _blocks.Count - 1 ? _filled : BlockPairs);

        public void Add(ulong pair)
        {
            if (_filled >= _last.Length)
            {
                _blocks.Add(_last = Blocks.TryTake(out var block) ? block : new ulong[BlockPairs]);
                _filled = 0;
            }

            _last[_filled++] = pair;
        }

        public void Clear()
        {
            _blocks.ForEach(Blocks.Add);
            _blocks.Clear();
            (_last, _filled) = ([], 0);
        }
    }
}
