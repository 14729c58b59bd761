using System.Runtime.Intrinsics;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using static AeServerless.Engine.Encoding.Kernels.ColumnRows;

namespace AeServerless.Engine.Encoding.Kernels;

/// <summary>
/// Reconstructions of some tokens, a block of columns at a time and in order of latents: the decoder comes from memory as one stream, and
/// what it adds to are the sums of that block. Those of up to some 2,048 tokens stay in the core's L2 cache. Each token's rows are added in
/// ascending order and not fused: the bits are those of one token alone.
/// </summary>
internal static unsafe class DecodeKernel
{
    /// <summary>How many pairs ahead a row is prefetched: far enough to hide the latency of memory, near enough to stay in cache.</summary>
    private const int PairsAhead = 64;

    /// <summary>Computes one block of columns.</summary>
    /// <param name="order">The non-zeros, their values arranged.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="block">Which of its blocks.</param>
    /// <param name="bias">What the decoder adds. [width]</param>
    /// <param name="inputs">What the reconstructions are taken from; null: nothing. [tokens, width]</param>
    /// <param name="into">[tokens, width]</param>
    /// <param name="tokens">Number of tokens.</param>
    public static void DecodeColumns(
        PairsByLatent order, LatentDirections decoder, int block, ReadOnlySpan<float> bias, float* inputs, float* into, int tokens)
    {
        var first = block * LatentDirections.BlockColumns;
        var columns = decoder.ColumnsOf(block);
        var memory = Rent(tokens);
        fixed (float* unaligned = memory)
        {
            var sums = CacheLine.Align(unaligned);
            new Span<float>(sums, tokens * LatentDirections.BlockColumns).Clear();
            AddRows(order, decoder.Block(block), sums);
            for (var token = 0; token < tokens; token++)
            {
                var sum = new Span<float>(Row(sums, token), columns);
                var at = ((nint)token * decoder.Width) + first;
                var row = new Span<float>(into + at, columns);
                FixedOrder.Add(sum, bias.Slice(first, columns));
                if (inputs is null)
                {
                    sum.CopyTo(row);
                }
                else
                {
                    FixedOrder.Subtract(new ReadOnlySpan<float>(inputs + at, columns), sum, row);
                }
            }
        }

        Return(memory);

        // The block is a raw pointer into pinned arrays that the decoder owns.
        GC.KeepAlive(decoder);
    }

    private static void AddRows(PairsByLatent order, float* rows, float* sums)
    {
        var latents = order.Latents;
        var tokens = order.Tokens;
        var values = order.Values;
        for (var i = 0; i < values.Length; i++)
        {
            PrefetchRow(rows, latents[Math.Min(i + PairsAhead, values.Length - 1)]);
            var row = Row(rows, latents[i]);
            var sum = Row(sums, tokens[i]);
            var value = Vector512.Create(values[i]);
            for (var lane = 0; lane < LatentDirections.BlockColumns; lane += FixedOrder.Lanes)
            {
                (Vector512.Load(sum + lane) + (value * Vector512.Load(row + lane))).Store(sum + lane);
            }
        }
    }
}
