using AeServerless.Functions.Caching;

namespace AeServerless.Functions.Storage;

/// <summary>
/// Reads a blob block by block. Readers of one file follow several tensors side by side, each forward: once a reader is in the second half of
/// a block, the next one is fetched. Blocks are kept in one cache for the whole process, so memory does not grow with the files open.
/// </summary>
/// <param name="length">Bytes of the blob.</param>
/// <param name="fetch">Reads a range from storage.</param>
internal sealed class ReadAheadBlocks(long length, Func<long, Memory<byte>, CancellationToken, ValueTask> fetch)
{
    /// <summary>Bytes of a block: what storage serves well in one request.</summary>
    public const int BlockBytes = 4 << 20;

    /// <summary>Requests under way at a time: more than this gained nothing against one storage node.</summary>
    public const int Parallelism = 4;

    private const int CachedBlocks = 48;

    private static readonly RecentCache<(ReadAheadBlocks Owner, long Index), byte[]> Cache = new(CachedBlocks);

    private readonly SemaphoreSlim _slots = new(Parallelism);

    /// <summary>Reads a range that lies in the blob.</summary>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            var index = offset / BlockBytes;
            var start = (int)(offset - index * BlockBytes);
            var count = Math.Min(destination.Length, BlockBytes - start);
            var content = BlockAsync(index, cancellationToken);
            if (start + count > BlockBytes / 2 && (index + 1) * BlockBytes < length)
            {
                // Only begun: whoever needs the block meets its failure.
                _ = BlockAsync(index + 1, CancellationToken.None);
            }

            (await content).AsMemory(start, count).CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }
    }

    private Task<byte[]> BlockAsync(long index, CancellationToken cancellationToken) =>
        Cache.GetAsync((this, index), () => FetchAsync(index), cancellationToken);

    private async Task<byte[]> FetchAsync(long index)
    {
        await _slots.WaitAsync();
        try
        {
            var content = new byte[(int)Math.Min(BlockBytes, length - index * BlockBytes)];
            await fetch(index * BlockBytes, content, CancellationToken.None);
            return content;
        }
        finally
        {
            _slots.Release();
        }
    }
}
