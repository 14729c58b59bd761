using System.Buffers;
using System.Runtime.CompilerServices;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Kernels;

/// <summary>
/// Rows of one block of columns, side by side, of directions or of some tokens: in the matrix that the tokens' come from or go to, they are
/// so far apart that they would share a few of a cache's sets.
/// </summary>
internal static unsafe class ColumnRows
{
    // The shared pool, which keeps arrays per thread: the engine's few threads rent here again and again.
    private static ArrayPool<float> Pool => ArrayPool<float>.Shared;

    /// <summary>[tokens, <see cref="LatentDirections.BlockColumns"/>] from the first cache line on, of undefined contents.</summary>
    public static float[] Rent(int tokens) => Pool.Rent(checked((tokens * LatentDirections.BlockColumns) + CacheLine.Floats));

    public static void Return(float[] memory) => Pool.Return(memory);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Row(float* rows, int row) => rows + ((nint)row * LatentDirections.BlockColumns);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchRow(float* rows, int row)
    {
        for (var line = 0; line < LatentDirections.BlockColumns; line += CacheLine.Floats)
        {
            CacheLine.Prefetch(Row(rows, row) + line);
        }
    }
}
