using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening.Formats;

/// <summary>
/// Integers from −127 to 127, or fewer where a kernel has 7 bits alone, with one scale a row. Products are summed in int32 without
/// rounding, up to 2³¹ / 127² ≈ 133,000 elements.
/// </summary>
internal readonly struct Int8Format : IScreenFormat<sbyte, int>
{
    /// <summary>Most elements of a row whose products can't overflow int32.</summary>
    public const int MaxElements = 131_072;

    private const int Lanes = 16;

    /// <summary>Below this a row is all zeros, its scale too: 1 / scale stays finite.</summary>
    private const float Smallest = 1e-30f;

    public static ScalarType Input => ScalarType.Int8;

    public static ScalarType Output => ScalarType.Int32;

    public static bool Rotates => true;

    public static bool SetsColumnsApart => true;

    public static float OutputRounding => 0;

    public static double Roundings(int length) => 0;

    /// <summary>Rounding takes 1 / √12 of a step each, and a rotated row's largest element is about 3.4 times its mean.</summary>
    public static double Coarseness(int length, int largest) => 0.98 / largest;

    public static float Round(ReadOnlySpan<float> row, Span<sbyte> into, int largest)
    {
        var magnitude = Math.Abs(TensorPrimitives.MaxMagnitude(row));
        if (magnitude < Smallest)
        {
            into.Clear();
            return 0;
        }

        var inverse = largest / magnitude;
        var i = 0;
        for (; i <= row.Length - (4 * Lanes); i += 4 * Lanes)
        {
            var low = Vector512.Narrow(Integers(row[i..], inverse), Integers(row[(i + Lanes)..], inverse));
            var high = Vector512.Narrow(Integers(row[(i + (2 * Lanes))..], inverse), Integers(row[(i + (3 * Lanes))..], inverse));
            Vector512.Narrow(low, high).CopyTo(into[i..]);
        }

        for (; i < row.Length; i++)
        {
            into[i] = (sbyte)Math.Clamp(MathF.Round(row[i] * inverse), -largest, largest);
        }

        return magnitude / largest;
    }

    public static void Widen(ReadOnlySpan<sbyte> elements, Span<float> values) => TensorPrimitives.ConvertTruncating(elements, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref int outputs, int index) =>
        Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref outputs, (nuint)index));

    /// <summary>|value · inverse| is at most the largest and a rounding, which rounds to the largest.</summary>
    private static Vector512<int> Integers(ReadOnlySpan<float> values, float inverse) =>
        Vector512.ConvertToInt32Native(Vector512.Round(Vector512.Create(values) * inverse));
}
