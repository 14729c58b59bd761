using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Derivation;

/// <summary>
/// Matrix product whose every element is summed in float64 along the inner dimension, in order, and rounded to float32 once: its bits depend on
/// its own row alone, not on the tile, the threads or the SIMD width.
/// </summary>
internal static class FixedOrderProduct
{
    private const int Lanes = 8;
    private const int RowsAtOnce = 4;
    private const int ColumnsAtOnce = 2 * Lanes;

    /// <summary>left · right + bias.</summary>
    /// <param name="left"><c>[rows, inner]</c>.</param>
    /// <param name="right"><c>[inner, columns]</c>.</param>
    /// <param name="bias"><c>[columns]</c>, or none.</param>
    /// <param name="columns">Columns of <paramref name="right"/>.</param>
    /// <param name="into"><c>[rows, columns]</c>.</param>
    /// <param name="team">Threads that share the columns.</param>
    public static void Multiply(
        ReadOnlyMemory<float> left, float[] right, float[]? bias, int columns, Memory<float> into, ThreadTeam team)
    {
        var inner = right.Length / columns;
        var rows = left.Length / inner;
        Debug.Assert(into.Length == rows * columns);
        var blocks = (columns + ColumnsAtOnce - 1) / ColumnsAtOnce;
        team.Run(blocks, (_, block) =>
        {
            var first = block * ColumnsAtOnce;
            var width = Math.Min(ColumnsAtOnce, columns - first);
            // The block's columns as doubles, side by side: [inner, 16], read once for all rows.
            var panel = ArrayPool<double>.Shared.Rent(inner * ColumnsAtOnce);
            Pack(right, first, width, columns, inner, panel);
            for (var row = 0; row < rows; row += RowsAtOnce)
                MultiplyBlock(left.Span, inner, row, Math.Min(RowsAtOnce, rows - row), panel, bias, first, width, columns, into.Span);
            ArrayPool<double>.Shared.Return(panel);
        });
    }

    private static void Pack(float[] right, int first, int width, int columns, int inner, double[] panel)
    {
        for (var k = 0; k < inner; k++)
        {
            for (var column = 0; column < ColumnsAtOnce; column++)
                panel[(k * ColumnsAtOnce) + column] = column < width ? right[(k * columns) + first + column] : 0;
        }
    }

    private static void MultiplyBlock(
        ReadOnlySpan<float> left, int inner, int row, int rows, double[] panel, float[]? bias, int first, int width, int columns, Span<float> into)
    {
        Vector512<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        ref var values = ref MemoryMarshal.GetReference(left);
        ref var panelStart = ref MemoryMarshal.GetArrayDataReference(panel);

        // Rows behind the last repeat it: their sums are not stored.
        var r0 = row * inner;
        var r1 = (row + Math.Min(1, rows - 1)) * inner;
        var r2 = (row + Math.Min(2, rows - 1)) * inner;
        var r3 = (row + Math.Min(3, rows - 1)) * inner;
        for (var k = 0; k < inner; k++)
        {
            var low = Vector512.LoadUnsafe(ref panelStart, (nuint)(k * ColumnsAtOnce));
            var high = Vector512.LoadUnsafe(ref panelStart, (nuint)((k * ColumnsAtOnce) + Lanes));
            var value = Vector512.Create((double)Unsafe.Add(ref values, r0 + k));
            a0 = Vector512.FusedMultiplyAdd(value, low, a0);
            a1 = Vector512.FusedMultiplyAdd(value, high, a1);
            value = Vector512.Create((double)Unsafe.Add(ref values, r1 + k));
            b0 = Vector512.FusedMultiplyAdd(value, low, b0);
            b1 = Vector512.FusedMultiplyAdd(value, high, b1);
            value = Vector512.Create((double)Unsafe.Add(ref values, r2 + k));
            c0 = Vector512.FusedMultiplyAdd(value, low, c0);
            c1 = Vector512.FusedMultiplyAdd(value, high, c1);
            value = Vector512.Create((double)Unsafe.Add(ref values, r3 + k));
            d0 = Vector512.FusedMultiplyAdd(value, low, d0);
            d1 = Vector512.FusedMultiplyAdd(value, high, d1);
        }

        Span<double> sums = stackalloc double[RowsAtOnce * ColumnsAtOnce];
        a0.CopyTo(sums);
        a1.CopyTo(sums[Lanes..]);
        b0.CopyTo(sums[(2 * Lanes)..]);
        b1.CopyTo(sums[(3 * Lanes)..]);
        c0.CopyTo(sums[(4 * Lanes)..]);
        c1.CopyTo(sums[(5 * Lanes)..]);
        d0.CopyTo(sums[(6 * Lanes)..]);
        d1.CopyTo(sums[(7 * Lanes)..]);
        for (var i = 0; i < rows; i++)
        {
            var to = into.Slice(((row + i) * columns) + first, width);
            for (var column = 0; column < width; column++)
            {
                var sum = sums[(i * ColumnsAtOnce) + column];
                to[column] = (float)(bias is null ? sum : sum + bias[first + column]);
            }
        }
    }
}
