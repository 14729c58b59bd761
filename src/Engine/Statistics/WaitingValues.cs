using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Values that wait to be added, latent by latent. What is kept of tens of thousands of latents is far larger than a cache: sorted by latent, it
/// is fetched once for hundreds of values and not for each. Values come in buckets of neighbouring latents, which are sorted one by one.
/// </summary>
internal sealed class WaitingValues
{
    /// <summary>The most values that wait unless another limit is given: 16 MB.</summary>
    public const int DefaultLimit = 1 << 21;

    /// <summary>So few values are handed out by one thread.</summary>
    public const int FewForThreads = 1 << 14;

    private const int ValuesALatent = 256;
    private const int LeastEnough = 1 << 14;
    private const int FirstPlaces = 1 << 10;
    private const int MaxTokens = 1 << 18;
    private const int MaxBucketBits = 6;

    private readonly ValueBucket[] _buckets;
    private readonly int _bucketLatentBits;
    private readonly int _tokenBits;
    private readonly int _maxTokens;
    private readonly int _enough;
    private TokenPlace[] _places = [];
    private int _count;

    /// <param name="latentCount">Number of latents.</param>
    /// <param name="limit">The most values that wait; those of one token may be more.</param>
    public WaitingValues(int latentCount, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);

        // 32 bits are the value; of the others, those that say which latent of its bucket it is leave the rest to the token.
        _bucketLatentBits = Math.Max(0, BitOperations.Log2((uint)Math.Max(1, latentCount - 1)) + 1 - MaxBucketBits);
        _tokenBits = WaitingValue.ValueShift - _bucketLatentBits;
        _maxTokens = (int)Math.Min(MaxTokens, 1L << _tokenBits);
        _enough = (int)Math.Min(Math.Max((long)latentCount * ValuesALatent, LeastEnough), limit);
        _buckets = [.. Enumerable.Range(0, ((latentCount - 1) >> _bucketLatentBits) + 1).Select(_ => new ValueBucket())];
    }

    /// <summary>Takes the values of one latent, in the order in which they came.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="values">Its values; not empty.</param>
    /// <param name="places">The places of the tokens.</param>
    public delegate void Run(int latent, ReadOnlySpan<WaitingValue> values, ReadOnlySpan<TokenPlace> places);

    /// <summary>Tokens whose values wait, or that have none.</summary>
    public int Tokens { get; private set; }

    public bool IsFull => _count >= _enough || Tokens == _maxTokens;

    /// <summary>Takes values of a tile's tokens, without zeros and what is not finite, until it is full.</summary>
    /// <param name="tile">The values; a token's latents ascend.</param>
    /// <param name="firstToken">The token to begin with.</param>
    /// <param name="places">The places of the tile's tokens. [tile.Tokens]</param>
    /// <returns>How many tokens were taken, and how many of their values were not finite.</returns>
    public (int Tokens, int NonFinite) Append(SparseLatents tile, int firstToken, ReadOnlySpan<TokenPlace> places)
    {
        var starts = tile.RowStarts;
        var latents = tile.Latents;
        var values = tile.Values;
        var nonFinite = 0;
        var token = firstToken;
        for (; token < tile.Tokens && !IsFull; token++)
        {
            var row = starts[token]..starts[token + 1];
            nonFinite += AppendToken(latents[row], values[row], (uint)Tokens);
            AddPlace(places[token]);
        }

        return (token - firstToken, nonFinite);
    }

    /// <summary>Hands out all values, each latent's at once, and is then empty. Several threads take buckets as they come, one takes them in order.</summary>
    public void Drain(int threads, Run run)
    {
        if (threads == 1 || _count < FewForThreads)
        {
            DrainInOrder(run);
        }
        else
        {
            Parallel.For(
                0,
                _buckets.Length,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                NewSorter,
                (bucket, _, sorter) => Drain(bucket, sorter, run),
                sorter => sorter.Dispose());
        }

        Clear();
    }

    public void Clear()
    {
        foreach (var bucket in _buckets)
        {
            bucket.Clear();
        }

        (_count, Tokens) = (0, 0);
    }

    private void DrainInOrder(Run run)
    {
        using var sorter = NewSorter();
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            Drain(bucket, sorter, run);
        }
    }

    private BucketSorter NewSorter() => new(_bucketLatentBits, _buckets.Max(bucket => bucket.Count));

    private BucketSorter Drain(int bucket, BucketSorter sorter, Run run)
    {
        sorter.Sort(_buckets[bucket]);
        for (var latent = 0; latent < sorter.Latents; latent++)
        {
            var values = sorter.Of(latent);
            if (!values.IsEmpty)
            {
                run((bucket << _bucketLatentBits) + latent, values, _places.AsSpan(0, Tokens));
            }
        }

        return sorter;
    }

    /// <returns>How many values were not finite.</returns>
    private int AppendToken(ReadOnlySpan<int> latents, ReadOnlySpan<float> values, uint token)
    {
        // Nearly always nothing is to be left out.
        var takesAll = Finite.All(values) && !TensorPrimitives.IsZeroAny<float>(values);
        var (bits, left, nonFinite) = (_bucketLatentBits, 0, 0);
        var mask = (1u << bits) - 1;
        for (var i = 0; i < latents.Length; i++)
        {
            var (latent, value) = ((uint)latents[i], values[i]);
            Debug.Assert(i == 0 || latents[i] > latents[i - 1]);
            if (!takesAll && (value == 0 || !float.IsFinite(value)))
            {
                left++;
                nonFinite += value == 0 ? 0 : 1;
                continue;
            }

            var bitsOfValue = (ulong)BitConverter.SingleToUInt32Bits(value) << WaitingValue.ValueShift;
            _buckets[latent >> bits].Add(bitsOfValue | ((ulong)(latent & mask) << _tokenBits) | token);
        }

        _count += latents.Length - left;
        return nonFinite;
    }

    private void AddPlace(in TokenPlace place)
    {
        if (_places.Length == Tokens)
        {
            Array.Resize(ref _places, Math.Clamp(2 * Tokens, Math.Min(FirstPlaces, _maxTokens), _maxTokens));
        }

        _places[Tokens++] = place;
    }
}
