namespace AeServerless.Engine.Statistics.Pending;

/// <summary>
/// Pending values of neighbouring latents, in blocks: each is a value's bits, the latent's index within the bucket, and the token's.
/// </summary>
/// <param name="pool">Lends the blocks.</param>
internal sealed class ValueBucket(PendingBlockPool pool)
{
    private readonly List<ulong[]> _blocks = [];
    private ulong[] _last = [];
    private int _filled;

    /// <summary>Number of values.</summary>
    public int Count => _blocks.Count == 0 ? 0 : ((_blocks.Count - 1) * PendingBlockPool.BlockLength) + _filled;

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _blocks.Count;

    /// <summary>The values of a block, in the order in which they were added.</summary>
    public ReadOnlySpan<ulong> Block(int index) =>
        _blocks[index].AsSpan(0, index == _blocks.Count - 1 ? _filled : PendingBlockPool.BlockLength);

    /// <summary>Room for at least one more value; values that are written there count once <see cref="Advance"/> is called.</summary>
    public Span<ulong> GetSpan()
    {
        if (_filled == _last.Length)
        {
            _last = pool.Rent();
            _blocks.Add(_last);
            _filled = 0;
        }

        return _last.AsSpan(_filled);
    }

    public void Advance(int values) => _filled += values;

    /// <summary>Forgets the values, and returns the blocks.</summary>
    public void Clear()
    {
        if (_blocks.Count > 0)
        {
            pool.Return(_blocks);
            _blocks.Clear();
            (_last, _filled) = ([], 0);
        }
    }
}
