namespace AeServerless.Engine.Statistics.Pending;

/// <summary>
/// Values of neighbouring latents that wait, in blocks: each is a value's bits, the latent's index within the bucket, and the token's. Cleared, it
/// gives its blocks back, to whichever bucket of the process is filled next.
/// </summary>
internal sealed class ValueBucket
{
    private const int BlockLength = 1 << 12;

    // A pool of its own, as there are thousands of blocks. 512 MB, what two chunks have: one is stored while the other is computed.
    private const int MaxSpareBlocks = 1 << 14;

    private static readonly Lock SpareLock = new();
    private static readonly Stack<ulong[]> Spare = [];

    private readonly List<ulong[]> _blocks = [];
    private ulong[] _last = [];
    private int _filled;

    /// <summary>Number of values.</summary>
    public int Count => _blocks.Count == 0 ? 0 : ((_blocks.Count - 1) * BlockLength) + _filled;

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _blocks.Count;

    /// <summary>The values of a block, in the order in which they were added.</summary>
    public ReadOnlySpan<ulong> Block(int index) => _blocks[index].AsSpan(0, index == _blocks.Count - 1 ? _filled : BlockLength);

    /// <summary>Room for values after the last, at least one; those that are then written count after <see cref="Advance"/>.</summary>
    public Span<ulong> GetSpan()
    {
        if (_filled == _last.Length)
        {
            _blocks.Add(_last = TakeBlock());
            _filled = 0;
        }

        return _last.AsSpan(_filled);
    }

    public void Advance(int values) => _filled += values;

    public void Clear()
    {
        if (_blocks.Count == 0)
        {
            return;
        }

        lock (SpareLock)
        {
            for (var block = 0; block < _blocks.Count && Spare.Count < MaxSpareBlocks; block++)
            {
                Spare.Push(_blocks[block]);
            }
        }

        _blocks.Clear();
        (_last, _filled) = ([], 0);
    }

    private static ulong[] TakeBlock()
    {
        lock (SpareLock)
        {
            return Spare.TryPop(out var block) ? block : new ulong[BlockLength];
        }
    }
}
