namespace AeServerless.Engine.IO;

/// <summary>
/// Blocks of memory that wait to be used again, for the life of the process: a chunk's values that wait to be added to statistics leave
/// theirs, one by one, to the tables that they become. There are thousands, more than <see cref="LargeArrays{T}"/> keeps, and all have one
/// length, so that none waits for a length that nobody asks for.
/// </summary>
internal static class MemoryBlocks
{
    /// <summary>Bytes of a block.</summary>
    public const int Length = 1 << 15;

    // 512 MB, what two chunks have: one is stored while the other is computed.
    private const int MaxKept = 1 << 14;

    private static readonly Lock Lock = new();
    private static readonly Stack<byte[]> Blocks = [];

    /// <summary>Takes a block, not zeroed.</summary>
    public static byte[] Rent()
    {
        lock (Lock)
        {
            return Blocks.TryPop(out var block) ? block : GC.AllocateUninitializedArray<byte>(Length);
        }
    }

    /// <summary>Takes blocks back; one of another length is left to the collector.</summary>
    public static void Return(IEnumerable<byte[]> blocks)
    {
        lock (Lock)
        {
            foreach (var block in blocks.Where(block => block.Length == Length).Take(MaxKept - Blocks.Count))
            {
                Blocks.Push(block);
            }
        }
    }

    /// <summary>Lets go of all that wait.</summary>
    /// <returns>Bytes of them.</returns>
    public static long Drop()
    {
        lock (Lock)
        {
            var bytes = (long)Blocks.Count * Length;
            Blocks.Clear();
            return bytes;
        }
    }
}
