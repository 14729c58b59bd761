using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding;

/// <summary>Integers from −127 to 127 with one scale a row. Products are summed in int32 without rounding, up to 2³¹ / 127² ≈ 133,000 elements.</summary>
internal readonly struct Int8Format : IScreenFormat<sbyte, int>
{
    /// <summary>Most elements of a row whose products can't overflow int32.</summary>
    public const int MostElements = 131_072;

    private const float Largest = 127;

    /// <summary>Below this a row is all zeros, its scale too: 1 / scale stays finite.</summary>
    private const float Smallest = 1e-30f;

    public static ScalarType Input => ScalarType.Int8;

    public static ScalarType Output => ScalarType.Int32;

    public static bool Rotates => true;

    public static float OutputRounding => 0;

    public static double Roundings(int length) => 0;

    public static float Round(ReadOnlySpan<float> row, Span<sbyte> into)
    {
        var largest = 0f;
        foreach (var value in row)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest < Smallest)
        {
            into.Clear();
            return 0;
        }

        var inverse = Largest / largest;
        for (var i = 0; i < row.Length; i++)
        {
            into[i] = (sbyte)Math.Clamp(MathF.Round(row[i] * inverse), -Largest, Largest);
        }

        return largest / Largest;
    }

    public static float Value(sbyte element) => element;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref int outputs, int index) => Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref outputs, (nuint)index));
}
