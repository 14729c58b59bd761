namespace AeServerless.Engine.Statistics.Pending;

/// <summary>
/// Blocks of pending values for reuse. There are thousands, more than <see cref="IO.LargeArrays{T}"/> keeps. While no chunk has any, as
/// between runs, the garbage collector may take them.
/// </summary>
internal sealed class PendingBlockPool
{
    /// <summary>Values of a block.</summary>
    public const int BlockLength = 1 << 12;

    // 512 MB, what two chunks have: one is stored while the other is computed.
    private const int MaxKept = 1 << 14;

    private readonly Lock _lock = new();
    private readonly WeakReference<Stack<ulong[]>?> _idle = new(null);
    private Stack<ulong[]>? _blocks;
    private int _lent;

    public ulong[] Rent()
    {
        lock (_lock)
        {
            _lent++;
            _blocks ??= _idle.TryGetTarget(out var idle) ? idle : [];
            return _blocks.TryPop(out var block) ? block : new ulong[BlockLength];
        }
    }

    /// <summary>Returns blocks that were lent.</summary>
    public void Return(IReadOnlyCollection<ulong[]> blocks)
    {
        lock (_lock)
        {
            if (_blocks is null)
            {
                return;
            }

            foreach (var block in blocks.Take(MaxKept - _blocks.Count))
            {
                _blocks.Push(block);
            }

            _lent -= blocks.Count;
            if (_lent == 0)
            {
                _idle.SetTarget(_blocks);
                _blocks = null;
            }
        }
    }
}
