using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// Matrix product in float32 whose every element is summed in an order that the inner dimension alone decides: its bits do not depend on
/// the tile, the threads or the SIMD width. Runs of <see cref="InnerAtOnce"/> products are summed by fused multiply-adds, and the runs'
/// sums are added: two short sums in the place of a long one, so the error is a few roundings of float32.
/// </summary>
internal static class FixedOrderProduct
{
    private const int Lanes = 16;
    private const int RowsAtOnce = 4;
    private const int ColumnsAtOnce = 4 * Lanes;

    /// <summary>A panel of this many rows, 32 KB, stays in the L1 cache while it is multiplied with all left rows.</summary>
    private const int InnerAtOnce = 128;

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
        Debug.Assert(left.Length / inner * columns == into.Length);
        var blocks = (columns + ColumnsAtOnce - 1) / ColumnsAtOnce;
        team.Run(blocks, (_, block) =>
        {
            var first = block * ColumnsAtOnce;
            MultiplyColumns(left.Span, right, bias, first, Math.Min(ColumnsAtOnce, columns - first), columns, into.Span);
        });
    }

    private static void MultiplyColumns(
        ReadOnlySpan<float> left, float[] right, float[]? bias, int first, int width, int columns, Span<float> into)
    {
        // On the stack, to align it: a vector across two cache lines takes two reads.
        Span<float> memory = stackalloc float[(InnerAtOnce * ColumnsAtOnce) + Lanes];
        var panel = Aligned(memory);
        var inner = right.Length / columns;
        var rows = left.Length / inner;
        Span<float> sums = stackalloc float[RowsAtOnce * ColumnsAtOnce];
        for (var start = 0; start < inner; start += InnerAtOnce)
        {
            var count = Math.Min(InnerAtOnce, inner - start);
            for (var k = 0; k < count; k++)
            {
                // Columns after the last are zeros: their sums are not stored.
                var row = panel.Slice(k * ColumnsAtOnce, ColumnsAtOnce);
                right.AsSpan(((start + k) * columns) + first, width).CopyTo(row);
                row[width..].Clear();
            }

            for (var row = 0; row < rows; row += RowsAtOnce)
            {
                // Rows after the last repeat it, and are not stored either.
                var last = rows - 1;
                MultiplyRun(
                    left[((row * inner) + start)..], left[(
                        (Math.Min(row + 1, last) * inner) + start)..], left[((Math.Min(row + 2, last) * inner) + start)..],
                    left[((Math.Min(row + 3, last) * inner) + start)..], ref MemoryMarshal.GetReference(panel), count,
                    ref MemoryMarshal.GetReference(sums));
                for (var i = 0; i < Math.Min(RowsAtOnce, rows - row); i++)
                {
                    var sum = sums.Slice(i * ColumnsAtOnce, width);
                    var target = into.Slice(((row + i) * columns) + first, width);
                    if (start > 0)
                    {
                        FixedOrder.Add(target, sum);
                    }
                    else
                    {
                        sum.CopyTo(target);
                    }

                    if (bias is not null && start + count == inner)
                    {
                        FixedOrder.Add(target, bias.AsSpan(first, width));
                    }
                }
            }
        }
    }

    private static unsafe Span<float> Aligned(Span<float> memory)
    {
        const int VectorBytes = Lanes * sizeof(float);
        var past = (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory)) % VectorBytes);
        return memory[(past == 0 ? 0 : (VectorBytes - past) / sizeof(float))..];
    }

    /// <summary>Sums of one run for four rows and 64 columns. Nothing is called here: the sums stay in registers.</summary>
    private static void MultiplyRun(
        ReadOnlySpan<float> left0, ReadOnlySpan<float> left1, ReadOnlySpan<float> left2, ReadOnlySpan<float> left3,
        ref float right, int count, ref float sums)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        ref var a = ref MemoryMarshal.GetReference(left0);
        ref var b = ref MemoryMarshal.GetReference(left1);
        ref var c = ref MemoryMarshal.GetReference(left2);
        ref var d = ref MemoryMarshal.GetReference(left3);
        for (nuint k = 0; k < (nuint)count; k++)
        {
            var at = k * ColumnsAtOnce;
            var r0 = Vector512.LoadUnsafe(ref right, at);
            var r1 = Vector512.LoadUnsafe(ref right, at + Lanes);
            var r2 = Vector512.LoadUnsafe(ref right, at + (2 * Lanes));
            var r3 = Vector512.LoadUnsafe(ref right, at + (3 * Lanes));
            var value = Vector512.Create(Unsafe.Add(ref a, k));
            a0 = Vector512.FusedMultiplyAdd(value, r0, a0);
            a1 = Vector512.FusedMultiplyAdd(value, r1, a1);
            a2 = Vector512.FusedMultiplyAdd(value, r2, a2);
            a3 = Vector512.FusedMultiplyAdd(value, r3, a3);
            value = Vector512.Create(Unsafe.Add(ref b, k));
            b0 = Vector512.FusedMultiplyAdd(value, r0, b0);
            b1 = Vector512.FusedMultiplyAdd(value, r1, b1);
            b2 = Vector512.FusedMultiplyAdd(value, r2, b2);
            b3 = Vector512.FusedMultiplyAdd(value, r3, b3);
            value = Vector512.Create(Unsafe.Add(ref c, k));
            c0 = Vector512.FusedMultiplyAdd(value, r0, c0);
            c1 = Vector512.FusedMultiplyAdd(value, r1, c1);
            c2 = Vector512.FusedMultiplyAdd(value, r2, c2);
            c3 = Vector512.FusedMultiplyAdd(value, r3, c3);
            value = Vector512.Create(Unsafe.Add(ref d, k));
            d0 = Vector512.FusedMultiplyAdd(value, r0, d0);
            d1 = Vector512.FusedMultiplyAdd(value, r1, d1);
            d2 = Vector512.FusedMultiplyAdd(value, r2, d2);
            d3 = Vector512.FusedMultiplyAdd(value, r3, d3);
        }

        a0.StoreUnsafe(ref sums);
        a1.StoreUnsafe(ref sums, Lanes);
        a2.StoreUnsafe(ref sums, 2 * Lanes);
        a3.StoreUnsafe(ref sums, 3 * Lanes);
        b0.StoreUnsafe(ref sums, 4 * Lanes);
        b1.StoreUnsafe(ref sums, 5 * Lanes);
        b2.StoreUnsafe(ref sums, 6 * Lanes);
        b3.StoreUnsafe(ref sums, 7 * Lanes);
        c0.StoreUnsafe(ref sums, 8 * Lanes);
        c1.StoreUnsafe(ref sums, 9 * Lanes);
        c2.StoreUnsafe(ref sums, 10 * Lanes);
        c3.StoreUnsafe(ref sums, 11 * Lanes);
        d0.StoreUnsafe(ref sums, 12 * Lanes);
        d1.StoreUnsafe(ref sums, 13 * Lanes);
        d2.StoreUnsafe(ref sums, 14 * Lanes);
        d3.StoreUnsafe(ref sums, 15 * Lanes);
    }
}
