using System.Runtime.InteropServices;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Statistics.Pending;

/// <summary>
/// Pending values of neighbouring latents, in blocks: each is a value's bits, the latent's index within the bucket, and the token's.
/// </summary>
internal sealed class ValueBucket
{
    private const int BlockLength = MemoryBlocks.Length / sizeof(ulong);

    private readonly List<byte[]> _blocks = [];
    private byte[] _last = [];
    private int _filled;

    /// <summary>Number of values.</summary>
    public int Count => _blocks.Count == 0 ? 0 : ((_blocks.Count - 1) * BlockLength) + _filled;

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _blocks.Count;

    /// <summary>The values of a block, in the order in which they were added.</summary>
    public ReadOnlySpan<ulong> Block(int index) =>
        MemoryMarshal.Cast<byte, ulong>(_blocks[index])[..(index == _blocks.Count - 1 ? _filled : BlockLength)];

    /// <summary>Room for at least one more value; values that are written there count once <see cref="Advance"/> is called.</summary>
    public Span<ulong> GetSpan()
    {
        if (_blocks.Count == 0 || _filled == BlockLength)
        {
            _last = MemoryBlocks.Rent();
            _blocks.Add(_last);
            _filled = 0;
        }

        return MemoryMarshal.Cast<byte, ulong>(_last.AsSpan())[_filled..];
    }

    public void Advance(int values) => _filled += values;

    /// <summary>Forgets the values, and returns the blocks.</summary>
    public void Clear()
    {
        if (_blocks.Count > 0)
        {
            MemoryBlocks.Return(_blocks);
            _blocks.Clear();
            (_last, _filled) = ([], 0);
        }
    }
}
