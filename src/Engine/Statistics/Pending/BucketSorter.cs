using System.Runtime.InteropServices;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Statistics.Pending;

/// <summary>Brings the values of a bucket into the order of latents, each latent's in the order in which they came: a counting sort.</summary>
/// <param name="latentBits">Bits of a latent's index within the bucket.</param>
/// <param name="mostValues">The most values that a bucket has.</param>
internal sealed class BucketSorter(int latentBits, int mostValues) : IDisposable
{
    private readonly int[] _ends = new int[1 << latentBits];
    private readonly ulong[] _sorted = LargeArrays<ulong>.Pool.Rent(mostValues);
    private readonly int _tokenBits = WaitingValue.ValueShift - latentBits;

    /// <summary>Latents of a bucket.</summary>
    public int Latents => _ends.Length;

    /// <summary>The values of a latent, by its index within the bucket; valid until the next bucket is sorted.</summary>
    public ReadOnlySpan<WaitingValue> Of(int latent) =>
        MemoryMarshal.Cast<ulong, WaitingValue>(_sorted.AsSpan((latent == 0 ? 0 : _ends[latent - 1]).._ends[latent]));

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
                // From the start of the latent's values to, when all are there, their end.
                _sorted[_ends[Latent(value)]++] = value & withoutLatent;
            }
        }
    }

    public void Dispose() => LargeArrays<ulong>.Pool.Return(_sorted);

    private int Latent(ulong value) => (int)((value & uint.MaxValue) >> _tokenBits);
}
