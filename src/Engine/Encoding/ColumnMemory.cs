using System.Buffers;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Memory for one block of columns of some tokens' rows, side by side: in the matrix that they come from or go to, they are so far apart that they
/// would share a few of a cache's sets.
/// </summary>
internal static class ColumnMemory
{
    // The pool that keeps arrays for each thread: few threads come here, as many as cores, and each again and again.
    private static ArrayPool<float> Pool => ArrayPool<float>.Shared;

    /// <summary>[tokens, <see cref="LatentDirections.BlockColumns"/>] from the first cache line on, of undefined contents.</summary>
    public static float[] Rent(int tokens) => Pool.Rent(checked((tokens * LatentDirections.BlockColumns) + CacheLine.Floats));

    public static void Return(float[] memory) => Pool.Return(memory);
}
