using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics.Pending;

/// <summary>
/// Values that are collected before they are added, latent by latent. What is kept of tens of thousands of latents is far larger than a
/// cache: sorted by latent, it is fetched once for hundreds of values and not for each. Values come in buckets of neighbouring latents,
/// which are sorted one by one: those of a tile in its own order of latents, where a bucket's are together.
/// </summary>
internal sealed class PendingValues
{
    /// <summary>The most values to collect unless another limit is given: 16 MB.</summary>
    public const int DefaultLimit = 1 << 21;

    /// <summary>Below this many values, one thread hands them out: starting more costs more than it saves.</summary>
    public const int MinForThreads = 1 << 14;

    private const int ValuesPerLatent = 256;
    private const int MinCapacity = 1 << 14;
    private const int FirstPlaces = 1 << 10;
    private const int MaxTokens = 1 << 18;
    private const int MaxBucketBits = 6;
    private const uint Infinity = 0x7F800000;
    private const int Packed = 8;

    private readonly ValueBucket[] _buckets;
    private readonly int _bucketLatentBits;
    private readonly int _tokenBits;
    private readonly int _maxTokens;
    private readonly int _capacity;
    private TokenPlace[] _places = [];
    private uint[] _keys = [];
    private double[] _errorNorms = [];
    private int _count;

    /// <param name="latentCount">Number of latents.</param>
    /// <param name="limit">The most values to collect, unless one tile alone has more.</param>
    public PendingValues(int latentCount, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);

        // 32 bits are the value; of the others, those that say which latent of its bucket it is leave the rest to the token.
        _bucketLatentBits = Math.Max(0, BitOperations.Log2((uint)Math.Max(1, latentCount - 1)) + 1 - MaxBucketBits);
        _tokenBits = PendingValue.ValueShift - _bucketLatentBits;
        _maxTokens = (int)Math.Min(MaxTokens, 1L << _tokenBits);
        _capacity = (int)Math.Min(Math.Max((long)latentCount * ValuesPerLatent, MinCapacity), limit);
        _buckets = [.. Enumerable.Range(0, ((latentCount - 1) >> _bucketLatentBits) + 1).Select(_ => new ValueBucket())];
    }

    /// <summary>Takes the values of one latent, in the order in which they were added.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="values">Its values; not empty.</param>
    /// <param name="tokens">The tokens.</param>
    public delegate void Run(int latent, ReadOnlySpan<PendingValue> values, TokenColumns tokens);

    /// <summary>Tokens that were added, also those without values.</summary>
    public int Tokens { get; private set; }

    /// <summary>Whether a tile's values fit beside the pending ones. An empty instance takes any tile but one of too many tokens.</summary>
    public bool HasRoomFor(SparseLatents tile) => tile.Tokens <= _maxTokens - Tokens && (_count == 0 || tile.Count <= _capacity - _count);

    /// <summary>Takes the values of a tile that there is room for, without zeros and what is not finite.</summary>
    /// <param name="tile">The values.</param>
    /// <param name="tokens">The tile's tokens: of all tiles the same is known.</param>
    /// <returns>How many values were not finite.</returns>
    public int Append(SparseLatents tile, in TokenColumns tokens)
    {
        Debug.Assert(tile.Tokens <= _maxTokens - Tokens);
        var order = tile.ByLatent;
        var nonFinite = 0;
        for (var (bucket, first) = (0, 0); first < order.Latents.Length; bucket++)
        {
            var end = order.EndOf(((bucket + 1) << _bucketLatentBits) - 1);
            nonFinite += Append(_buckets[bucket], order, first..end, tile.Values);
            first = end;
        }

        AddTokens(tokens);
        return nonFinite;
    }

    /// <summary>
    /// Hands out all values, each latent's at once, and is then empty. Several threads take buckets as they come, one takes them in order;
    /// a bucket's memory is given back before the next is taken.
    /// </summary>
    public void Drain(int threads, Run run)
    {
        var most = _buckets.Max(bucket => bucket.Count);
        if (threads == 1 || _count < MinForThreads)
        {
            using var sorter = NewSorter();
            for (var bucket = 0; bucket < _buckets.Length; bucket++)
            {
                Drain(bucket, sorter, run);
            }
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

        BucketSorter NewSorter() => new(_bucketLatentBits, most);
    }

    public void Clear()
    {
        foreach (var bucket in _buckets)
        {
            bucket.Clear();
        }

        (_count, Tokens) = (0, 0);
    }

    private BucketSorter Drain(int bucket, BucketSorter sorter, Run run)
    {
        sorter.Sort(_buckets[bucket]);
        _buckets[bucket].Clear();
        for (var latent = 0; latent < sorter.Latents; latent++)
        {
            var values = sorter.ValuesOf(latent);
            if (!values.IsEmpty)
            {
                run((bucket << _bucketLatentBits) + latent, values, Columns(sorter.Buffer));
            }
        }

        return sorter;
    }

    /// <summary>Adds the pairs in a bucket.</summary>
    /// <returns>How many of their values were not finite.</returns>
    private int Append(ValueBucket bucket, PairsByLatent order, Range range, ReadOnlySpan<float> values)
    {
        var pairs = order.Pairs[range];
        var latents = order.Latents[range];
        var tokens = order.Tokens[range];
        var latentMask = (1u << _bucketLatentBits) - 1;
        var nonFinite = 0;
        for (var i = 0; i < pairs.Length;)
        {
            var room = bucket.GetSpan();
            var filled = 0;
            for (var end = Math.Min(pairs.Length, i + room.Length); i < end;)
            {
                // Nearly always all values count.
                if (end - i >= Packed && TryPack(pairs[i..], latents[i..], tokens[i..], values, room[filled..]))
                {
                    (i, filled) = (i + Packed, filled + Packed);
                    continue;
                }

                // Branch-free: a value that does not count is written, too, and overwritten by the next one.
                var bits = BitConverter.SingleToUInt32Bits(values[pairs[i]]);
                var magnitude = bits & int.MaxValue;
                room[filled] = ((ulong)bits << PendingValue.ValueShift) | (
                    ((uint)latents[i] & latentMask) << _tokenBits) | (uint)(Tokens + tokens[i]);
                filled += magnitude is > 0 and < Infinity ? 1 : 0;
                nonFinite += magnitude >= Infinity ? 1 : 0;
                i++;
            }

            bucket.Advance(filled);
            _count += filled;
        }

        return nonFinite;
    }

    /// <summary>Packs the first <see cref="Packed"/> pairs at once, where all of them count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe bool TryPack(
        ReadOnlySpan<int> pairs, ReadOnlySpan<int> latents, ReadOnlySpan<int> tokens, ReadOnlySpan<float> values, Span<ulong> into)
    {
        if (!Avx2.IsSupported)
        {
            return false;
        }

        Vector256<uint> bits;
        fixed (float* first = values)
        {
            bits = Avx2.GatherVector256(first, Vector256.Create(pairs), sizeof(float)).AsUInt32();
        }

        // Of unsigned numbers zero less one is the largest.
        var magnitude = bits & Vector256.Create((uint)int.MaxValue);
        if (Vector256.GreaterThanOrEqualAny(magnitude - Vector256<uint>.One, Vector256.Create(Infinity - 1)))
        {
            return false;
        }

        var latent = (Vector256.Create(latents).AsUInt32() & Vector256.Create((1u << _bucketLatentBits) - 1)) << _tokenBits;
        var token = Vector256.Create(tokens).AsUInt32() + Vector256.Create((uint)Tokens);
        ((Widen(bits) << PendingValue.ValueShift) | Widen(latent | token)).CopyTo(into);
        return true;

        static Vector512<ulong> Widen(Vector256<uint> numbers)
        {
            var (lower, upper) = Vector256.Widen(numbers);
            return Vector512.Create(lower, upper);
        }
    }

    private TokenColumns Columns(DrawBuffer buffer) => new(
        _places.AsSpan(0, Tokens), _keys.AsSpan(0, Math.Min(Tokens, _keys.Length)),
        _errorNorms.AsSpan(0, Math.Min(Tokens, _errorNorms.Length)), buffer);

    private void AddTokens(in TokenColumns added)
    {
        if (Tokens == 0 && added.Keys.IsEmpty != (_keys.Length == 0))
        {
            _keys = [];
        }

        if (Tokens == 0 && added.ErrorNorms.IsEmpty != (_errorNorms.Length == 0))
        {
            _errorNorms = [];
        }

        Append(ref _places, added.Places);
        Append(ref _keys, added.Keys);
        Append(ref _errorNorms, added.ErrorNorms);
        Tokens += added.Length;
    }

    private void Append<T>(ref T[] column, ReadOnlySpan<T> added)
    {
        var tokens = Tokens + added.Length;
        if (column.Length < tokens && !added.IsEmpty)
        {
            Array.Resize(ref column, Math.Clamp(Math.Max(tokens, 2 * Tokens), Math.Min(FirstPlaces, _maxTokens), _maxTokens));
        }

        added.CopyTo(column.AsSpan(Math.Min(Tokens, column.Length)));
    }
}
