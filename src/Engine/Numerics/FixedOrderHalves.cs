using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// <see cref="FixedOrder"/>'s dot product for processors whose registers hold half of its lanes: the same additions in the same order,
/// written so that all sums are in registers.
/// </summary>
internal static class FixedOrderHalves
{
    private const int Lanes = 8;

    /// <summary>The same bits as <see cref="FixedOrder.Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/>.</summary>
    /// <param name="left">First element.</param>
    /// <param name="right">First element.</param>
    /// <param name="length">Number of elements, a multiple of <see cref="FixedOrder.Unrolled"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float DotWhole(ref float left, ref float right, int length)
    {
        Vector256<float> low0 = default, low1 = default, low2 = default, low3 = default;
        Vector256<float> high0 = default, high1 = default, high2 = default, high3 = default;
        for (nuint i = 0; i < (nuint)length; i += FixedOrder.Unrolled)
        {
            low0 += Vector256.LoadUnsafe(ref left, i) * Vector256.LoadUnsafe(ref right, i);
            high0 += Vector256.LoadUnsafe(ref left, i + Lanes) * Vector256.LoadUnsafe(ref right, i + Lanes);
            low1 += Vector256.LoadUnsafe(ref left, i + (2 * Lanes)) * Vector256.LoadUnsafe(ref right, i + (2 * Lanes));
            high1 += Vector256.LoadUnsafe(ref left, i + (3 * Lanes)) * Vector256.LoadUnsafe(ref right, i + (3 * Lanes));
            low2 += Vector256.LoadUnsafe(ref left, i + (4 * Lanes)) * Vector256.LoadUnsafe(ref right, i + (4 * Lanes));
            high2 += Vector256.LoadUnsafe(ref left, i + (5 * Lanes)) * Vector256.LoadUnsafe(ref right, i + (5 * Lanes));
            low3 += Vector256.LoadUnsafe(ref left, i + (6 * Lanes)) * Vector256.LoadUnsafe(ref right, i + (6 * Lanes));
            high3 += Vector256.LoadUnsafe(ref left, i + (7 * Lanes)) * Vector256.LoadUnsafe(ref right, i + (7 * Lanes));
        }

        return FixedOrder.AddLanes(Vector512.Create((low0 + low1) + (low2 + low3), (high0 + high1) + (high2 + high3)));
    }
}
