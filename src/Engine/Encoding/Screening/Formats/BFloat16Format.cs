using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening.Formats;

/// <summary>bfloat16: unit roundoff 2⁻⁹. Its processor instructions read and write denormals as zeros, so rounding does too.</summary>
internal readonly struct BFloat16Format : IScreenFormat<ushort, ushort>
{
    private const float SmallestNormal = 1.17549435e-38f;

    public static ScalarType Input => ScalarType.BFloat16;

    public static ScalarType Output => ScalarType.BFloat16;

    public static bool Rotates => false;

    public static bool SetsColumnsApart => false;

    /// <summary>|s − exact| ≤ 2⁻⁹·|exact|, and |exact| ≤ |s| / (1 − 2⁻⁹).</summary>
    public static float OutputRounding => 1f / 256;

    /// <summary>The dot-product instruction rounds after each of a pair's products.</summary>
    public static double Roundings(int length) => (2.0 * length) + 4;

    /// <summary>Errors of up to 2⁻⁹ of an element, spread evenly, in quadrature.</summary>
    public static double Coarseness(int length, int largest) => 1.0 / 600;

    public static float Round(ReadOnlySpan<float> row, Span<ushort> into, int largest)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(Math.Abs(row[i]) < SmallestNormal ? 0 : row[i]);
            into[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        return 1;
    }

    public static void Widen(ReadOnlySpan<ushort> elements, Span<float> values)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)elements[i] << 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref ushort outputs, int index) =>
        (Vector512.WidenLower(Vector512.Create(Vector256.LoadUnsafe(ref outputs, (nuint)index), default)) << 16).AsSingle();
}
