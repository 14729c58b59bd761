using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// Sums whose order depends on their length alone: the same bits on every SIMD width, for every tile and on every thread. Each value that is
/// stored or counted comes from one of these. Elements go to 64 lanes in turn, each product is rounded and added to its lane, and the lanes
/// are then added pairwise. Products are not fused into the sums: so plain tensor operators, on any device, give the same bits.
/// </summary>
public static class FixedOrder
{
    private const int Lanes = 16;
    private const int CacheLine = 64 / sizeof(float);
    private const int Unrolled = 4 * Lanes;

    /// <summary>Σ <paramref name="left"/>[i] · <paramref name="right"/>[i] in float32. Both have the same length.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Debug.Assert(left.Length == right.Length);
        return Dot(ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(right), left.Length);
    }

    /// <summary><paramref name="destination"/>[i] += <paramref name="factor"/> · <paramref name="source"/>[i].</summary>
    public static void AddScaled(Span<float> destination, float factor, ReadOnlySpan<float> source)
    {
        Debug.Assert(destination.Length == source.Length);
        AddScaled(ref MemoryMarshal.GetReference(destination), factor, ref MemoryMarshal.GetReference(source), destination.Length);
    }

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

        var eight = low + high;
        var four = eight.GetLower() + eight.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
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

    internal static void AddScaled(ref float destination, float factor, ref float source, int length)
    {
        var factors = Vector512.Create(factor);
        var i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            (Load(ref destination, i) + (factors * Load(ref source, i))).StoreUnsafe(ref destination, (nuint)i);
        }

        for (; i < length; i++)
        {
            Unsafe.Add(ref destination, i) += factor * Unsafe.Add(ref source, i);
        }
    }

    /// <summary>Asks for a row that is needed next: in order of latents, tokens come in no order that the processor could foresee.</summary>
    internal static unsafe void Prefetch(ref float row, int length)
    {
        if (Sse.IsSupported)
        {
            var first = (float*)Unsafe.AsPointer(ref row);
            for (var i = 0; i < length; i += CacheLine)
            {
                Sse.Prefetch0(first + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Dot(ref float left, ref float right, int length)
    {
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var i = 0;
        for (; i <= length - Unrolled; i += Unrolled)
        {
            sum0 += Load(ref left, i) * Load(ref right, i);
            sum1 += Load(ref left, i + Lanes) * Load(ref right, i + Lanes);
            sum2 += Load(ref left, i + (2 * Lanes)) * Load(ref right, i + (2 * Lanes));
            sum3 += Load(ref left, i + (3 * Lanes)) * Load(ref right, i + (3 * Lanes));
        }

        if (i < length)
        {
            sum0 += Product(ref left, ref right, i, length);
            sum1 += Product(ref left, ref right, i + Lanes, length);
            sum2 += Product(ref left, ref right, i + (2 * Lanes), length);
            sum3 += Product(ref left, ref right, i + (3 * Lanes), length);
        }

        return AddLanes((sum0 + sum1) + (sum2 + sum3));
    }

    /// <summary>Products of up to 16 elements from <paramref name="index"/>, zeros behind the last.</summary>
    private static Vector512<float> Product(ref float left, ref float right, int index, int length) =>
        index <= length - Lanes ? Load(ref left, index) * Load(ref right, index)
        : index < length ? LoadTail(ref left, index, length) * LoadTail(ref right, index, length)
        : default;

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
