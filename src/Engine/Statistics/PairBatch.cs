using System.Numerics.Tensors;
using AeServerless.Engine.IO;
using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Values that wait to be added, latent by latent. What is kept of tens of thousands of latents is far larger than a cache: sorted by latent, it is
/// fetched once for many values and not for each.
/// </summary>
internal sealed class PairBatch(int latentCount)
{
    private const int PairsALatent = 64;
    private const int MinPairs = 1 << 14;
    private const int MaxPairs = 1 << 21;
    private const int MaxTokens = 1 << 18;

    private readonly int _enoughPairs = Math.Clamp(latentCount, MinPairs / PairsALatent, MaxPairs / PairsALatent) * PairsALatent;
    private int[] _latents = [];
    private float[] _values = [];
    private int[] _tokens = [];
    private TokenPlace[] _places = [];
    private int _placeCount;

    /// <summary>Takes the values of one latent, in the order in which they came.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="values">Its values; not empty.</param>
    /// <param name="tokens">For each value the index of its place.</param>
    /// <param name="places">The places of the batch.</param>
    public delegate void Run(int latent, ReadOnlySpan<float> values, ReadOnlySpan<int> tokens, ReadOnlySpan<TokenPlace> places);

    public int Count { get; private set; }

    public bool IsFull => Count >= _enoughPairs || _placeCount >= MaxTokens;

    /// <summary>Takes a tile's values, without zeros and what is not finite.</summary>
    /// <returns>How many were not finite.</returns>
    public int Append(SparseLatents tile, ReadOnlySpan<TokenPlace> places)
    {
        Grow(ref _latents, Count + tile.Count);
        Grow(ref _values, Count + tile.Count);
        Grow(ref _tokens, Count + tile.Count);
        Grow(ref _places, _placeCount + places.Length);
        places.CopyTo(_places.AsSpan(_placeCount));
        tile.Latents.CopyTo(_latents.AsSpan(Count));
        tile.Values.CopyTo(_values.AsSpan(Count));
        for (var token = 0; token < places.Length; token++)
        {
            _tokens.AsSpan(Count + tile.RowStarts[token], tile.RowStarts[token + 1] - tile.RowStarts[token]).Fill(_placeCount + token);
        }

        var (kept, nonFinite) = Keep(Count, tile.Count);
        (Count, _placeCount) = (Count + kept, _placeCount + places.Length);
        return nonFinite;
    }

    /// <summary>Hands out all values, each latent's at once, and is then empty. Ranges of latents go to different threads.</summary>
    public void Drain(int threads, Run run)
    {
        var ends = LargeArrays<int>.Pool.Rent(latentCount);
        var values = LargeArrays<float>.Pool.Rent(Count);
        var tokens = LargeArrays<int>.Pool.Rent(Count);
        try
        {
            Sort(ends.AsSpan(0, latentCount), values, tokens);
            var ranges = threads == 1 || Count < MinPairs ? 1 : 4 * threads;
            void AddRange(int range)
            {
                var (first, end) = ((int)((long)latentCount * range / ranges), (int)((long)latentCount * (range + 1) / ranges));
                var start = first == 0 ? 0 : ends[first - 1];
                for (var latent = first; latent < end; latent++)
                {
                    if (ends[latent] > start)
                    {
                        run(latent, values.AsSpan(start..ends[latent]), tokens.AsSpan(start..ends[latent]), _places);
                    }

                    start = ends[latent];
                }
            }

            if (ranges == 1)
            {
                AddRange(0);
            }
            else
            {
                Parallel.For(0, ranges, new ParallelOptions { MaxDegreeOfParallelism = threads }, AddRange);
            }
        }
        finally
        {
            LargeArrays<int>.Pool.Return(ends);
            LargeArrays<float>.Pool.Return(values);
            LargeArrays<int>.Pool.Return(tokens);
        }

        Clear();
    }

    public void Clear() => (Count, _placeCount) = (0, 0);

    /// <summary>Closes up what was appended, without zeros and what is not finite. Nearly always nothing is to be left out.</summary>
    private (int Kept, int NonFinite) Keep(int start, int count)
    {
        var latents = _latents.AsSpan(start, count);
        var values = _values.AsSpan(start, count);
        var tokens = _tokens.AsSpan(start, count);
        if (TensorPrimitives.IsFiniteAll<float>(values) && !TensorPrimitives.IsZeroAny<float>(values))
        {
            return (count, 0);
        }

        var (kept, nonFinite) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            (latents[kept], values[kept], tokens[kept]) = (latents[i], values[i], tokens[i]);
            nonFinite += float.IsFinite(values[i]) ? 0 : 1;
            kept += float.IsFinite(values[i]) && values[i] != 0 ? 1 : 0;
        }

        return (kept, nonFinite);
    }

    /// <summary>Counting sort by latent, stable.</summary>
    private void Sort(Span<int> ends, Span<float> sortedValues, Span<int> sortedTokens)
    {
        var latents = _latents.AsSpan(0, Count);
        var values = _values.AsSpan(0, Count);
        var tokens = _tokens.AsSpan(0, Count);
        ends.Clear();
        foreach (var latent in latents)
        {
            ends[latent]++;
        }

        var before = 0;
        foreach (ref var end in ends)
        {
            (end, before) = (before, before + end);
        }

        for (var i = 0; i < latents.Length; i++)
        {
            // From the start of the latent's run to, when all are there, its end.
            var to = ends[latents[i]]++;
            (sortedValues[to], sortedTokens[to]) = (values[i], tokens[i]);
        }
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, Math.Max(length, 2 * buffer.Length));
        }
    }
}
