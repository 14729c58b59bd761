using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Sums whose order depends on their length alone: the same bits on every SIMD width, for every tile and on every thread. Each value that is
/// stored or counted comes from one of these. Elements go to 64 float32 (or 8 float64) lanes in turn, each product is fused into its lane's
/// sum, and the lanes are then added pairwise.
/// </summary>
public static class FixedOrder
{
    private const int Lanes = 16;
    private const int Unrolled = 4 * Lanes;

    /// <summary>Σ <paramref name="left"/>[i] · <paramref name="right"/>[i] in float32. Both have the same length.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length);
        return Dot(ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(right), left.Length);
    }

    /// <summary><paramref name="destination"/>[i] += <paramref name="factor"/> · <paramref name="source"/>[i], fused.</summary>
    public static void AddScaled(Span<float> destination, float factor, ReadOnlySpan<float> source)
    {
        Debug.Assert(destination.Length == source.Length);
        ref var to = ref MemoryMarshal.GetReference(destination);
        ref var from = ref MemoryMarshal.GetReference(source);
        var factors = Vector512.Create(factor);
        var i = 0;
        for (; i <= destination.Length - Lanes; i += Lanes)
        {
            Vector512.FusedMultiplyAdd(factors, Load(ref from, i), Load(ref to, i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = MathF.FusedMultiplyAdd(factor, source[i], destination[i]);
        }
    }

    /// <summary>Σ <paramref name="values"/>[i]² in float64.</summary>
    public static double SquaredNorm(ReadOnlySpan<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        Vector512<double> low = default, high = default;
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            var (a, b) = Vector512.Widen(Load(ref first, i));
            low = Vector512.FusedMultiplyAdd(a, a, low);
            high = Vector512.FusedMultiplyAdd(b, b, high);
        }

        if (i < values.Length)
        {
            var (a, b) = Vector512.Widen(LoadTail(ref first, i, values.Length));
            low = Vector512.FusedMultiplyAdd(a, a, low);
            high = Vector512.FusedMultiplyAdd(b, b, high);
        }

        var eight = low + high;
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Dot(ref float left, ref float right, int length)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var i = 0;
        for (; i <= length - Unrolled; i += Unrolled)
        {
            sum0 = Vector512.FusedMultiplyAdd(Load(ref left, i), Load(ref right, i), sum0);
            sum1 = Vector512.FusedMultiplyAdd(Load(ref left, i + Lanes), Load(ref right, i + Lanes), sum1);
            sum2 = Vector512.FusedMultiplyAdd(Load(ref left, i + (2 * Lanes)), Load(ref right, i + (2 * Lanes)), sum2);
            sum3 = Vector512.FusedMultiplyAdd(Load(ref left, i + (3 * Lanes)), Load(ref right, i + (3 * Lanes)), sum3);
        }

        for (; i <= length - Lanes; i += Lanes)
        {
            sum0 = Vector512.FusedMultiplyAdd(Load(ref left, i), Load(ref right, i), sum0);
        }

        if (i < length)
        {
            sum1 = Vector512.FusedMultiplyAdd(LoadTail(ref left, i, length), LoadTail(ref right, i, length), sum1);
        }

        return AddLanes((sum0 + sum1) + (sum2 + sum3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float AddLanes(Vector512<float> sixteen)
    {
        var eight = sixteen.GetLower() + sixteen.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ref float first, int index) => Vector512.LoadUnsafe(ref first, (nuint)index);

    /// <summary>The last <c>length - index</c> (fewer than 16) elements, zeros behind them.</summary>
    private static Vector512<float> LoadTail(ref float first, int index, int length)
    {
        Span<float> padded = stackalloc float[Lanes];
        padded.Clear();
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref first, index), length - index).CopyTo(padded);
        return Vector512.Create<float>(padded);
    }
}
