using System.Buffers;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Reconstructions of some tokens, a block of columns at a time and in order of latents: each decoder row comes from memory once, and what it adds
/// to are the sums of that block. Those of up to some 2,048 tokens stay in the core's L2 cache; not where the result goes, whose rows are so far apart
/// that they would share a few of the cache's sets. Each token's rows are added in ascending order and not fused: the bits are those of one token alone.
/// </summary>
internal static unsafe class DecodeKernel
{
    /// <summary>Columns of a block: the sums of 2,048 tokens are 512 KB.</summary>
    public const int Columns = 4 * FixedOrder.Lanes;

    /// <summary>So many pairs before its use, a row is asked for: farther apart than memory takes, near enough to be there still.</summary>
    private const int PairsAhead = 64;

    /// <summary>Computes the columns from <paramref name="first"/> on, up to <see cref="Columns"/> of them.</summary>
    /// <param name="order">The non-zeros, their values arranged.</param>
    /// <param name="decoder">[latents, width]</param>
    /// <param name="bias">What the decoder adds. [width]</param>
    /// <param name="inputs">What the reconstructions are taken from; null: nothing. [tokens, width]</param>
    /// <param name="into">[tokens, width]</param>
    /// <param name="tokens">Number of tokens.</param>
    /// <param name="first">First column.</param>
    public static void DecodeColumns(
        LatentMajor order, float* decoder, ReadOnlySpan<float> bias, float* inputs, float* into, int tokens, int first)
    {
        var width = bias.Length;
        var columns = Math.Min(Columns, width - first);

        // The pool that keeps arrays for each thread: few threads come here, as many as cores, and each again and again.
        var memory = ArrayPool<float>.Shared.Rent(checked((tokens * Columns) + FixedOrder.Lanes));
        fixed (float* unaligned = memory)
        {
            // A vector that lies across two cache lines takes two reads and two writes.
            const nint VectorBytes = FixedOrder.Lanes * sizeof(float);
            var sums = (float*)(((nint)unaligned + VectorBytes - 1) / VectorBytes * VectorBytes);
            new Span<float>(sums, tokens * Columns).Clear();
            if (columns == Columns)
                AddRows(order, decoder + first, width, sums);
            else
                AddFewColumns(order, decoder + first, width, columns, sums);

            for (var token = 0; token < tokens; token++)
            {
                var sum = new Span<float>(sums + ((nint)token * Columns), columns);
                var at = ((nint)token * width) + first;
                var row = new Span<float>(into + at, columns);
                FixedOrder.Add(sum, bias.Slice(first, columns));
                if (inputs is null)
                    sum.CopyTo(row);
                else
                    FixedOrder.Subtract(new ReadOnlySpan<float>(inputs + at, columns), sum, row);
            }
        }

        ArrayPool<float>.Shared.Return(memory);
    }

    private static void AddRows(LatentMajor order, float* rows, int width, float* sums)
    {
        var latents = order.Latents;
        var tokens = order.Tokens;
        var values = order.Values;
        for (var i = 0; i < values.Length; i++)
        {
            var ahead = rows + ((nint)latents[Math.Min(i + PairsAhead, values.Length - 1)] * width);
            for (var line = 0; line < Columns; line += FixedOrder.Lanes)
                Prefetch.Line(ahead + line);

            // A row need not begin where a cache line does.
            Prefetch.Line(ahead + (Columns - 1));

            var row = rows + ((nint)latents[i] * width);
            var sum = sums + ((nint)tokens[i] * Columns);
            var value = Vector512.Create(values[i]);
            for (var lane = 0; lane < Columns; lane += FixedOrder.Lanes)
                (Vector512.Load(sum + lane) + (value * Vector512.Load(row + lane))).Store(sum + lane);
        }
    }

    // Not AddRows for any number of columns: there it is constant, so that the loop over them is none.
    private static void AddFewColumns(LatentMajor order, float* rows, int width, int columns, float* sums)
    {
        var latents = order.Latents;
        var tokens = order.Tokens;
        var values = order.Values;
        for (var i = 0; i < values.Length; i++)
        {
            var row = rows + ((nint)latents[i] * width);
            var sum = sums + ((nint)tokens[i] * Columns);
            var value = Vector512.Create(values[i]);
            var column = 0;
            for (; column <= columns - FixedOrder.Lanes; column += FixedOrder.Lanes)
                (Vector512.Load(sum + column) + (value * Vector512.Load(row + column))).Store(sum + column);
            for (; column < columns; column++)
                sum[column] += values[i] * row[column];
        }
    }
}
