using System.Runtime.InteropServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics.Pending;

/// <summary>Sorts the values of a bucket by latent, and keeps the order of each latent's values: a counting sort.</summary>
/// <param name="latentBits">Bits of a latent's index within the bucket.</param>
/// <param name="maxValues">The most values that a bucket has.</param>
internal sealed class BucketSorter(int latentBits, int maxValues) : IDisposable
{
    private readonly int[] _ends = new int[1 << latentBits];
    private readonly ulong[] _sorted = LargeArrays<ulong>.Pool.Rent(maxValues);
    private readonly int _tokenBits = PendingValue.ValueShift - latentBits;

    /// <summary>Working memory of whoever takes the values.</summary>
    public DrawBuffer Buffer { get; } = new();

    /// <summary>Latents of a bucket.</summary>
    public int Latents => _ends.Length;

    /// <summary>The values of a latent, by its index within the bucket; valid until the next bucket is sorted.</summary>
    public ReadOnlySpan<PendingValue> ValuesOf(int latent) =>
        MemoryMarshal.Cast<ulong, PendingValue>(_sorted.AsSpan((latent == 0 ? 0 : _ends[latent - 1]).._ends[latent]));

    public void Sort(ValueBucket bucket)
    {
        Array.Clear(_ends);
        for (var block = 0; block < bucket.BlockCount; block++)
        {
            foreach (var value in bucket.Block(block))
            {
                _ends[Latent(value)]++;
            }
        }

        var before = 0;
        foreach (ref var end in _ends.AsSpan())
        {
            (end, before) = (before, before + end);
        }

        var withoutLatent = ~(ulong)uint.MaxValue | ((1UL << _tokenBits) - 1);
        for (var block = 0; block < bucket.BlockCount; block++)
        {
            foreach (var value in bucket.Block(block))
            {
                // Starts at the latent's first value and ends, when all are placed, behind its last.
                _sorted[_ends[Latent(value)]++] = value & withoutLatent;
            }
        }
    }

    public void Dispose() => LargeArrays<ulong>.Pool.Return(_sorted);

    private int Latent(ulong value) => (int)((value & uint.MaxValue) >> _tokenBits);
}
