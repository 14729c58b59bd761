using System.Diagnostics;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// Powers of float32 numbers, and float64 numbers, added to exact sums many at a time: those of about one magnitude are whole numbers of
/// one unit, whose sum is added once.
/// </summary>
internal static class ExactPowers
{
    /// <summary>The exponent of the unit of sums of float32 numbers.</summary>
    public const int ValueUnit = -149;

    /// <summary>The exponent of the unit of sums of third powers.</summary>
    public const int CubeUnit = 3 * ValueUnit;

    /// <summary>The exponent of the unit of sums of fourth powers.</summary>
    public const int FourthUnit = 4 * ValueUnit;

    /// <summary>The exponent of the unit of sums of float64 numbers.</summary>
    public const int DoubleUnit = -1074;

    // Numbers within this many bits of the largest are of 30 bits: 64 fourth powers of such add up to less than 2^126.
    private const int WindowBits = 6;

    // Those of float64 numbers have 53 bits and this many more.
    private const int DoubleWindowBits = 10;
    private const int ValueFraction = 23;
    private const int DoubleFraction = 52;

    /// <summary>Adds numbers.</summary>
    /// <param name="values">Finite numbers, at most <see cref="ExactSum.MaxValues"/>.</param>
    /// <param name="largest">The largest magnitude among them.</param>
    /// <param name="negatives">Receives the magnitudes of those below zero.</param>
    /// <param name="cubes">Receives third powers.</param>
    /// <param name="fourths">Receives fourth powers.</param>
    public static void Add(
        ReadOnlySpan<float> values, float largest, ref WindowedSum negatives, ref WindowedSum cubes, ref WindowedSum fourths)
    {
        Debug.Assert(values.Length <= ExactSum.MaxValues);
        var lowest = Math.Max((BitConverter.SingleToInt32Bits(largest) >> ValueFraction) - WindowBits, 1);
        var (negative, cube, fourth) = (0UL, Int128.Zero, UInt128.Zero);
        foreach (var value in values)
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            var exponent = (int)(bits >> ValueFraction) & 0xFF;
            ulong whole = (bits & ((1u << ValueFraction) - 1)) | (exponent == 0 ? 0u : 1u << ValueFraction);
            exponent = Math.Max(exponent, 1);
            var isNegative = value < 0;
            if (exponent < lowest)
            {
                AddOne(whole, exponent - 1, isNegative, ref negatives, ref cubes, ref fourths);
                continue;
            }

            whole <<= exponent - lowest;
            var square = whole * whole;
            var high = Math.BigMul(square, whole, out var low);
            var third = (Int128)new UInt128(high, low);
            cube += isNegative ? -third : third;
            high = Math.BigMul(square, square, out low);
            fourth += new UInt128(high, low);
            negative += isNegative ? whole : 0;
        }

        negatives.Add(negative, lowest - 1, negative: false);
        cubes.Add((UInt128)(cube < 0 ? -cube : cube), 3 * (lowest - 1), cube < 0);
        fourths.Add(fourth, 4 * (lowest - 1), negative: false);
    }

    /// <summary>Adds numbers.</summary>
    /// <param name="values">Finite numbers that are not negative, at most <see cref="ExactSum.MaxValues"/>.</param>
    /// <param name="sum">Receives them.</param>
    public static void Add(ReadOnlySpan<double> values, ref WindowedSum sum)
    {
        Debug.Assert(values.Length <= ExactSum.MaxValues);
        var (total, lowest) = (UInt128.Zero, -1);
        foreach (var value in values)
        {
            var bits = BitConverter.DoubleToUInt64Bits(value);
            var exponent = (int)(bits >> DoubleFraction);
            var whole = (bits & ((1UL << DoubleFraction) - 1)) | (exponent == 0 ? 0 : 1UL << DoubleFraction);
            exponent = Math.Max(exponent, 1);
            lowest = lowest < 0 ? Math.Max(exponent - (DoubleWindowBits / 2), 1) : lowest;
            if (exponent < lowest || exponent > lowest + DoubleWindowBits)
            {
                sum.Add(whole, exponent - 1, negative: false);
                continue;
            }

            total += whole << (exponent - lowest);
        }

        sum.Add(total, Math.Max(lowest, 1) - 1, negative: false);
    }

    private static void AddOne(
        ulong mantissa, int position, bool negative, ref WindowedSum negatives, ref WindowedSum cubes, ref WindowedSum fourths)
    {
        var square = mantissa * mantissa;
        negatives.Add(negative ? mantissa : 0, position, negative: false);
        cubes.Add((UInt128)square * mantissa, 3 * position, negative);
        fourths.Add((UInt128)square * square, 4 * position, negative: false);
    }
}
