using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using static AeServerless.Engine.Encoding.Kernels.ColumnRows;

namespace AeServerless.Engine.Encoding.Kernels;

/// <summary>
/// Dot products of a token's row and a latent's, a block of columns at a time and in order of latents: the directions come from memory as
/// one stream, and the tokens' rows of that block, copied together, stay in the core's L2 cache for up to some 2,048 tokens. A pair's sum
/// is that of the blocks in their order, each summed as by <see cref="FixedOrder.Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/>.
/// </summary>
internal static unsafe class ProjectKernel
{
    /// <summary>How many pairs ahead a direction and a token's row are prefetched: from memory, and from the L2 cache.</summary>
    private const int DirectionsAhead = 64, RowsAhead = 12;

    /// <summary>Adds the products of some pairs to their values.</summary>
    /// <param name="order">The non-zeros, whose values are added to.</param>
    /// <param name="first">Where to start in the order.</param>
    /// <param name="last">Behind the last pair.</param>
    /// <param name="directions">One direction per latent.</param>
    /// <param name="gradients">[tokens, width]</param>
    public static void Project(PairsByLatent order, int first, int last, LatentDirections directions, ReadOnlySpan<float> gradients)
    {
        if (first == last)
        {
            return;
        }

        var tokens = gradients.Length / directions.Width;
        var memory = Rent(tokens);
        fixed (float* unaligned = memory)
        {
            var rows = CacheLine.Align(unaligned);
            for (var block = 0; block < directions.Blocks; block++)
            {
                var columns = directions.ColumnsOf(block);
                for (var token = 0; token < tokens; token++)
                {
                    var row = new Span<float>(Row(rows, token), LatentDirections.BlockColumns);
                    gradients.Slice((token * directions.Width) + (block * LatentDirections.BlockColumns), columns).CopyTo(row);
                    row[columns..].Clear();
                }

                AddProducts(order, first, last, directions.Block(block), rows);
            }
        }

        Return(memory);

        // The blocks are raw pointers into pinned arrays that the directions own.
        GC.KeepAlive(directions);
    }

    private static void AddProducts(PairsByLatent order, int first, int last, float* directions, float* rows)
    {
        var latents = order.Latents;
        var tokens = order.Tokens;
        var values = order.Values;
        var i = first;
        for (; i + 4 <= last; i += 4)
        {
            for (var pair = i; pair < i + 4; pair++)
            {
                PrefetchRow(directions, latents[Math.Min(pair + DirectionsAhead, last - 1)]);
                PrefetchRow(rows, tokens[Math.Min(pair + RowsAhead, last - 1)]);
            }

            var sums = values.Slice(i, 4);
            (Vector128.Create<float>(sums) + FixedOrder.AddLanes(
                Products(Row(directions, latents[i]), Row(rows, tokens[i])),
                Products(Row(directions, latents[i + 1]), Row(rows, tokens[i + 1])),
                Products(Row(directions, latents[i + 2]), Row(rows, tokens[i + 2])),
                Products(Row(directions, latents[i + 3]), Row(rows, tokens[i + 3])))).CopyTo(sums);
        }

        for (; i < last; i++)
        {
            values[i] += FixedOrder.AddLanes(Products(Row(directions, latents[i]), Row(rows, tokens[i])));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Products(float* left, float* right) =>
        ((Vector512.Load(left) * Vector512.Load(right))
            + (Vector512.Load(left + FixedOrder.Lanes) * Vector512.Load(right + FixedOrder.Lanes)))
        + ((Vector512.Load(left + (2 * FixedOrder.Lanes)) * Vector512.Load(right + (2 * FixedOrder.Lanes)))
            + (Vector512.Load(left + (3 * FixedOrder.Lanes)) * Vector512.Load(right + (3 * FixedOrder.Lanes))));
}
