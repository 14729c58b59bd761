using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// Sums whose order depends on their length alone: the same bits on every SIMD width, for every tile and on every thread. Elements go to
/// the lanes in turn, 64 of float32 or 16 of float64, each product is rounded and added to its lane, and the lanes are then added pairwise.
/// Products are not fused into the sums: so plain tensor operators, on any device, give the same bits.
/// </summary>
public static class FixedOrder
{
    /// <summary>float32 elements of a vector.</summary>
    internal const int Lanes = 16;

    /// <summary>Elements of one step over all lanes.</summary>
    internal const int Unrolled = 4 * Lanes;

    /// <summary>Σ <paramref name="left"/>[i] · <paramref name="right"/>[i] in float32. Both have the same length.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length);
        return Dot(ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(right), left.Length);
    }

    /// <summary><paramref name="destination"/>[i] += <paramref name="source"/>[i].</summary>
    public static void Add(Span<float> destination, ReadOnlySpan<float> source) => TensorPrimitives.Add(destination, source, destination);

    /// <summary><paramref name="destination"/>[i] = <paramref name="left"/>[i] − <paramref name="right"/>[i].</summary>
    public static void Subtract(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> destination)
    {
        Debug.Assert(left.Length == right.Length && left.Length == destination.Length);
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        for (; i <= destination.Length - Lanes; i += Lanes)
        {
            (Load(ref a, i) - Load(ref b, i)).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = left[i] - right[i];
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
            low += a * a;
            high += b * b;
        }

        if (i < values.Length)
        {
            var (a, b) = Vector512.Widen(LoadTail(ref first, i, values.Length));
            low += a * a;
            high += b * b;
        }

        return AddLanes(low + high);
    }

    /// <summary>‖<paramref name="values"/>‖₂, computed in float64 and rounded once.</summary>
    public static float Norm(ReadOnlySpan<float> values) => (float)Math.Sqrt(SquaredNorm(values));

    /// <summary>Σ <paramref name="values"/>[i] in float64.</summary>
    public static double Sum(ReadOnlySpan<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        Vector512<double> low = default, high = default;
        var i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            var (a, b) = Vector512.Widen(Load(ref first, i));
            low += a;
            high += b;
        }

        if (i < values.Length)
        {
            var (a, b) = Vector512.Widen(LoadTail(ref first, i, values.Length));
            low += a;
            high += b;
        }

        return AddLanes(low + high);
    }

    /// <summary>Σ (<paramref name="exact"/>[i] − <paramref name="scale"/> · <paramref name="rounded"/>[i])² in float64.</summary>
    internal static double SquaredDistance(ReadOnlySpan<float> exact, float scale, ReadOnlySpan<float> rounded)
    {
        ref var a = ref MemoryMarshal.GetReference(exact);
        ref var b = ref MemoryMarshal.GetReference(rounded);
        var scales = Vector512.Create((double)scale);
        Vector512<double> sum = default;
        var i = 0;
        for (; i <= exact.Length - Lanes; i += Lanes)
        {
            var (exactLow, exactHigh) = Vector512.Widen(Load(ref a, i));
            var (roundedLow, roundedHigh) = Vector512.Widen(Load(ref b, i));
            var (low, high) = (exactLow - (scales * roundedLow), exactHigh - (scales * roundedHigh));
            sum += (low * low) + (high * high);
        }

        var total = Vector512.Sum(sum);
        for (; i < exact.Length; i++)
        {
            var difference = exact[i] - ((double)scale * rounded[i]);
            total += difference * difference;
        }

        return total;
    }

    internal static float Dot(ref float left, ref float right, int length) =>
        length % Unrolled != 0 ? DotWithTail(ref left, ref right, length)
        : Vector512.IsHardwareAccelerated ? DotWhole(ref left, ref right, length)
        : FixedOrderHalves.DotWhole(ref left, ref right, length);

    // Calls nothing, as a call in it would keep the sums in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float DotWhole(ref float left, ref float right, int length)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (var i = 0; i < length; i += Unrolled)
        {
            sum0 += Load(ref left, i) * Load(ref right, i);
            sum1 += Load(ref left, i + Lanes) * Load(ref right, i + Lanes);
            sum2 += Load(ref left, i + (2 * Lanes)) * Load(ref right, i + (2 * Lanes));
            sum3 += Load(ref left, i + (3 * Lanes)) * Load(ref right, i + (3 * Lanes));
        }

        return AddLanes((sum0 + sum1) + (sum2 + sum3));
    }

    /// <summary>Four dot products with <paramref name="right"/>, whose elements are then read once for all of them.</summary>
    internal static (float First, float Second, float Third, float Fourth) DotFour(
        ref float first, ref float second, ref float third, ref float fourth, ref float right, int length)
    {
        Debug.Assert(length % Unrolled == 0);
        return Vector512.IsHardwareAccelerated
            ? DotFourWhole(ref first, ref second, ref third, ref fourth, ref right, length)
            : (FixedOrderHalves.DotWhole(ref first, ref right, length), FixedOrderHalves.DotWhole(ref second, ref right, length),
                FixedOrderHalves.DotWhole(ref third, ref right, length), FixedOrderHalves.DotWhole(ref fourth, ref right, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float First, float Second, float Third, float Fourth) DotFourWhole(
        ref float first, ref float second, ref float third, ref float fourth, ref float right, int length)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
        for (var i = 0; i < length; i += Unrolled)
        {
            var r = Load(ref right, i);
            a0 += Load(ref first, i) * r;
            b0 += Load(ref second, i) * r;
            c0 += Load(ref third, i) * r;
            d0 += Load(ref fourth, i) * r;
            r = Load(ref right, i + Lanes);
            a1 += Load(ref first, i + Lanes) * r;
            b1 += Load(ref second, i + Lanes) * r;
            c1 += Load(ref third, i + Lanes) * r;
            d1 += Load(ref fourth, i + Lanes) * r;
            r = Load(ref right, i + (2 * Lanes));
            a2 += Load(ref first, i + (2 * Lanes)) * r;
            b2 += Load(ref second, i + (2 * Lanes)) * r;
            c2 += Load(ref third, i + (2 * Lanes)) * r;
            d2 += Load(ref fourth, i + (2 * Lanes)) * r;
            r = Load(ref right, i + (3 * Lanes));
            a3 += Load(ref first, i + (3 * Lanes)) * r;
            b3 += Load(ref second, i + (3 * Lanes)) * r;
            c3 += Load(ref third, i + (3 * Lanes)) * r;
            d3 += Load(ref fourth, i + (3 * Lanes)) * r;
        }

        return (
            AddLanes((a0 + a1) + (a2 + a3)), AddLanes((b0 + b1) + (b2 + b3)), AddLanes((c0 + c1) + (c2 + c3)),
            AddLanes((d0 + d1) + (d2 + d3)));
    }

    private static float DotWithTail(ref float left, ref float right, int length)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (var i = 0; i < length; i += Unrolled)
        {
            sum0 += Product(ref left, ref right, i, length);
            sum1 += Product(ref left, ref right, i + Lanes, length);
            sum2 += Product(ref left, ref right, i + (2 * Lanes), length);
            sum3 += Product(ref left, ref right, i + (3 * Lanes), length);
        }

        return AddLanes((sum0 + sum1) + (sum2 + sum3));
    }

    /// <summary>Products of up to 16 elements from <paramref name="index"/>, zeros after the last.</summary>
    private static Vector512<float> Product(ref float left, ref float right, int index, int length) =>
        index <= length - Lanes ? Load(ref left, index) * Load(ref right, index)
        : index < length ? LoadTail(ref left, index, length) * LoadTail(ref right, index, length)
        : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float AddLanes(Vector512<float> sixteen)
    {
        var eight = sixteen.GetLower() + sixteen.GetUpper();
        return AddLanes(eight.GetLower() + eight.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float AddLanes(Vector128<float> four)
    {
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3));
        return two[0] + two[1];
    }

    /// <summary>The sums of four vectors, each as <see cref="AddLanes(Vector512{float})"/> adds its lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> AddLanes(
        Vector512<float> first, Vector512<float> second, Vector512<float> third, Vector512<float> fourth)
    {
        var (a, b) = (first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper());
        var (c, d) = (third.GetLower() + third.GetUpper(), fourth.GetLower() + fourth.GetUpper());
        return AddLanes(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AddLanes(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        if (!Sse.IsSupported)
        {
            return Vector128.Create(AddLanes(a), AddLanes(b), AddLanes(c), AddLanes(d));
        }

        var ab = Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b);
        var cd = Sse.UnpackLow(c, d) + Sse.UnpackHigh(c, d);
        return Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double AddLanes(Vector512<double> eight)
    {
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(ref float first, int index) => Vector512.LoadUnsafe(ref first, (nuint)index);

    /// <summary>The last <c>length - index</c> (fewer than 16) elements, zeros after them.</summary>
    private static Vector512<float> LoadTail(ref float first, int index, int length)
    {
        Span<float> padded = stackalloc float[Lanes];
        padded.Clear();
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref first, index), length - index).CopyTo(padded);
        return Vector512.Create<float>(padded);
    }
}
