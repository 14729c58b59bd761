namespace AeServerless.Engine.Statistics.Pending;

/// <summary>Blocks of pending values for reuse. There are thousands, more than <see cref="IO.LargeArrays{T}"/> keeps.</summary>
internal sealed class PendingBlockPool
{
    /// <summary>Values of a block.</summary>
    public const int BlockLength = 1 << 12;

    // 512 MB, what two chunks have: one is stored while the other is computed.
    private const int MaxKept = 1 << 14;

    private readonly Lock _lock = new();
    private readonly Stack<ulong[]> _blocks = [];

    public ulong[] Rent()
    {
        lock (_lock)
        {
            return _blocks.TryPop(out var block) ? block : new ulong[BlockLength];
        }
    }

    /// <summary>Lets go of all that wait.</summary>
    /// <returns>Bytes of them.</returns>
    public long Drop()
    {
        lock (_lock)
        {
            var bytes = (long)_blocks.Count * BlockLength * sizeof(ulong);
            _blocks.Clear();
            return bytes;
        }
    }

    public void Return(IEnumerable<ulong[]> blocks)
    {
        lock (_lock)
        {
            foreach (var block in blocks.Take(MaxKept - _blocks.Count))
            {
                _blocks.Push(block);
            }
        }
    }
}
