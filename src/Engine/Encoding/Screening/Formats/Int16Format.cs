using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening.Formats;

/// <summary>
/// Integers of 16 bits with one scale a row, such that its rounded norm stays below √2³¹: by Cauchy–Schwarz no sum of products of two rows
/// then overflows int32, whatever their length. So an element has some 12 bits and more where few are large, and rows need neither rotation
/// nor columns apart: what rounding loses is 1 / √12 of a step each, √n / (√12 · 46,340) of the row's norm.
/// </summary>
internal readonly struct Int16Format : IScreenFormat<short, int>
{
    private const int Lanes = 16;

    /// <summary>√2³¹, rounded down.</summary>
    private const double LargestNorm = 46_340;

    /// <summary>Below this a row is all zeros, its scale too: 1 / scale stays finite.</summary>
    private const double Smallest = 1e-30;

    public static ScalarType Input => ScalarType.Int16;

    public static ScalarType Output => ScalarType.Int32;

    public static bool Rotates => false;

    public static bool SetsColumnsApart => false;

    public static float OutputRounding => 0;

    public static double Roundings(int length) => 0;

    public static double Coarseness(int length, int largest) => Math.Sqrt(length / 12.0) / LargestNorm;

    public static float Round(ReadOnlySpan<float> row, Span<short> into, int largest)
    {
        // Rounding moves each element by up to a half, and so the norm by up to √n / 2.
        var norm = Math.Sqrt(FixedOrder.SquaredNorm(row));
        var magnitude = Math.Abs((double)TensorPrimitives.MaxMagnitude(row));
        var scale = Math.Max(magnitude / largest, norm / (LargestNorm - 2 - (0.5 * Math.Sqrt(row.Length))));
        if (scale < Smallest)
        {
            into.Clear();
            return 0;
        }

        var inverse = (float)(1 / scale);
        var i = 0;
        for (; i <= row.Length - (2 * Lanes); i += 2 * Lanes)
        {
            Vector512.Narrow(Integers(row[i..], inverse), Integers(row[(i + Lanes)..], inverse)).CopyTo(into[i..]);
        }

        for (; i < row.Length; i++)
        {
            into[i] = (short)Math.Clamp(MathF.Round(row[i] * inverse), -largest, largest);
        }

        return (float)scale;
    }

    public static void Widen(ReadOnlySpan<short> elements, Span<float> values) => TensorPrimitives.ConvertTruncating(elements, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref int outputs, int index) =>
        Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref outputs, (nuint)index));

    /// <summary>|value · inverse| is at most the largest and a rounding, which rounds to the largest.</summary>
    private static Vector512<int> Integers(ReadOnlySpan<float> values, float inverse) =>
        Vector512.ConvertToInt32Native(Vector512.Round(Vector512.Create(values) * inverse));
}
