using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// The pairs of one block of latents in order of their latents, rows ascending in each: work over them reads each latent's weights once,
/// while the rows stay in cache. A counting sort; its buffers are kept.
/// </summary>
internal sealed class BlockOrder
{
    private readonly int[] _ends = new int[Screen.LatentBlock];
    private int[] _order = [];

    /// <summary>Where a latent's pairs end.</summary>
    /// <param name="latent">The latent's place in the block.</param>
    public int End(int latent) => _ends[latent];

    /// <summary>Indices of the pairs in the new order. [count]</summary>
    public ReadOnlySpan<int> Sort(ReadOnlySpan<int> latents, int firstLatent)
    {
        GrowableBuffer.Grow(ref _order, latents.Length);

        Array.Clear(_ends);
        foreach (var latent in latents)
        {
            _ends[latent - firstLatent]++;
        }

        var before = 0;
        foreach (ref var end in _ends.AsSpan())
        {
            (end, before) = (before, before + end);
        }

        for (var i = 0; i < latents.Length; i++)
        {
            _order[_ends[latents[i] - firstLatent]++] = i;
        }

        return _order.AsSpan(0, latents.Length);
    }
}
