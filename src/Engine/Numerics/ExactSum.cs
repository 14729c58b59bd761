using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// Sums without rounding, so that they are the same for every order and grouping. A sum is a fixed-point number of 32-bit limbs, each held
/// in an <see cref="long"/> so that carries can wait: after at most <see cref="MaxPending"/> additions it must be normalised.
/// </summary>
public static class ExactSum
{
    /// <summary>
    /// Additions that the limbs' headroom takes between normalisations. An addition changes a limb by less than 2^32, and one of n numbers
    /// at once by less than (n + 1) · 2^32.
    /// </summary>
    public const int MaxPending = 1 << 30;

    /// <summary>The most numbers that are added at once.</summary>
    internal const int MaxValues = 64;

    private const int LimbBits = 32;
    private const int WindowBits = 7;
    private const long LimbBase = 1L << LimbBits;

    /// <summary>Adds a finite float32 to a sum of <see cref="ExactFormat.Values"/>.</summary>
    public static void Add(Span<long> limbs, float value)
    {
        Debug.Assert(float.IsFinite(value));
        var (mantissa, position, sign) = Split(value);

        // 24 bits, shifted by less than 32: never more than two limbs.
        var shifted = (ulong)mantissa << (int)(position % LimbBits);
        var target = limbs.Slice((int)(position / LimbBits), 2);
        target[0] += ((long)(uint)shifted ^ sign) - sign;
        target[1] += ((long)(shifted >> LimbBits) ^ sign) - sign;
    }

    /// <summary>Adds the square of a finite float32, which is exact, to a sum of <see cref="ExactFormat.Squares"/>.</summary>
    public static void AddSquare(Span<long> limbs, float value)
    {
        Debug.Assert(float.IsFinite(value));
        var (mantissa, position, _) = Split(value);
        AddAt(limbs, (ulong)mantissa * mantissa, 2 * position, 0);
    }

    /// <summary>
    /// Adds finite float32 numbers to a sum, and their squares to another: what adding them one by one gives, in less time.
    /// </summary>
    /// <param name="sum">A sum of <see cref="ExactFormat.Values"/>.</param>
    /// <param name="squares">A sum of <see cref="ExactFormat.Squares"/>.</param>
    /// <param name="values">The numbers, at most <see cref="MaxValues"/>.</param>
    /// <param name="largest">The largest magnitude among them; 0 for none.</param>
    internal static void Add(Span<long> sum, Span<long> squares, ReadOnlySpan<float> values, float largest)
    {
        Debug.Assert(
            values.Length <= MaxValues && (values.IsEmpty ? largest == 0 : largest == MathF.Abs(TensorPrimitives.MaxMagnitude(values))));
        var exponent = BitConverter.SingleToInt32Bits(largest) >> 23;
        var taken = 0;
        var lanes = Vector512<float>.Count;
        if (exponent > WindowBits && values.Length >= lanes && Vector512.IsHardwareAccelerated)
        {
            // In this unit every number from 2^-7 of the largest's power of two on is whole and of at most 31 bits. It is exact as a
            // float64, and so is its square.
            var scale = BitConverter.Int64BitsToDouble((1023L + 157 - exponent) << 52);
            var (total, low, high) = (Vector512<long>.Zero, Vector512<long>.Zero, Vector512<long>.Zero);
            for (; taken + lanes <= values.Length; taken += lanes)
            {
                var (first, second) = Vector512.Widen(Vector512.Create(values.Slice(taken, lanes)));
                Take(first * scale, ref total, ref low, ref high, out var firstLeft);
                Take(second * scale, ref total, ref low, ref high, out var secondLeft);
                for (var left = firstLeft | (secondLeft << Vector512<double>.Count); left != 0; left &= left - 1)
                {
                    var value = values[taken + BitOperations.TrailingZeroCount(left)];
                    Add(sum, value);
                    AddSquare(squares, value);
                }
            }

            var position = (uint)(exponent - WindowBits - 1);
            var whole = Vector512.Sum(total);
            AddAt(sum, (ulong)Math.Abs(whole), position, whole >> 63);
            AddAt(squares, (ulong)Vector512.Sum(low), 2 * position, 0);
            AddAt(squares, (ulong)Vector512.Sum(high), (2 * position) + LimbBits, 0);
        }

        foreach (var value in values[taken..])
        {
            Add(sum, value);
            AddSquare(squares, value);
        }
    }

    /// <summary>Adds a finite float64 to a sum of <see cref="ExactFormat.Doubles"/>.</summary>
    public static void Add(Span<long> limbs, double value)
    {
        Debug.Assert(double.IsFinite(value));
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var fraction = (ulong)bits & ((1UL << 52) - 1);
        AddAt(limbs, exponent == 0 ? fraction : fraction | (1UL << 52), (uint)Math.Max(exponent, 1) - 1, bits >> 63);
    }

    /// <summary>Adds a normalised sum of the same format.</summary>
    public static void Add(Span<long> limbs, ReadOnlySpan<long> other)
    {
        Debug.Assert(limbs.Length == other.Length);
        for (var i = 0; i < limbs.Length; i++)
        {
            limbs[i] += other[i];
        }
    }

    /// <summary>
    /// Brings a sum into its canonical form: every limb has the sign of the sum and a magnitude below 2^32. Equal sums then have equal
    /// limbs, and small ones have few that are not zero.
    /// </summary>
    public static void Normalise(Span<long> limbs)
    {
        if (!Carry(limbs))
        {
            Negate(limbs);
            Carry(limbs);
            Negate(limbs);
        }
    }

    /// <summary>The sum as a whole number of units 2^<see cref="ExactFormat.UnitExponent"/>.</summary>
    public static BigInteger ToInteger(ReadOnlySpan<long> limbs)
    {
        var sum = BigInteger.Zero;
        for (var i = limbs.Length - 1; i >= 0; i--)
        {
            sum = (sum << LimbBits) + limbs[i];
        }

        return sum;
    }

    /// <summary>The canonical limbs of a whole number of units.</summary>
    /// <param name="value">The number.</param>
    /// <param name="limbs">Receives the limbs, enough for the number.</param>
    internal static void FromInteger(BigInteger value, Span<long> limbs)
    {
        var (rest, sign) = (BigInteger.Abs(value), value.Sign);
        foreach (ref var limb in limbs)
        {
            limb = sign * (long)(uint)(rest & uint.MaxValue);
            rest >>= LimbBits;
        }

        Debug.Assert(rest.IsZero);
    }

    /// <summary>The sum as the nearest float64, ties to even; infinite beyond its range.</summary>
    public static double Round(ReadOnlySpan<long> limbs, ExactFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return Divide(ToInteger(limbs), BigInteger.One, format.UnitExponent);
    }

    /// <summary><paramref name="numerator"/> / <paramref name="denominator"/> · 2^<paramref name="exponent"/>, rounded once.</summary>
    /// <param name="numerator">Any whole number.</param>
    /// <param name="denominator">Above 0.</param>
    /// <param name="exponent">The exponent of the numerator's unit.</param>
    /// <returns>The nearest float64, ties to even, as long as it is not subnormal and inexact at the same time.</returns>
    public static double Divide(BigInteger numerator, BigInteger denominator, int exponent)
    {
        // 63 or 64 bits of quotient, the last of them set where anything is left: enough for the conversion to round correctly.
        var magnitude = BigInteger.Abs(numerator);
        var shift = 63 - (int)(magnitude.GetBitLength() - denominator.GetBitLength());
        magnitude = shift >= 0 ? magnitude << shift : magnitude;
        var quotient = (ulong)BigInteger.DivRem(magnitude, shift >= 0 ? denominator : denominator << -shift, out var remainder);
        var rounded = Math.ScaleB((double)(quotient | (remainder.IsZero ? 0UL : 1UL)), exponent - shift);
        return numerator.Sign < 0 ? -rounded : rounded;
    }

    /// <summary>Adds whole numbers, and the low and high 32 bits of their squares, but not those below the window: they are left.</summary>
    private static void Take(
        Vector512<double> numbers, ref Vector512<long> total, ref Vector512<long> low, ref Vector512<long> high, out ulong left)
    {
        var within = Vector512.GreaterThanOrEqual(Vector512.Abs(numbers), Vector512.Create((double)(1 << 23)));
        left = ~within.ExtractMostSignificantBits() & ((1UL << Vector512<double>.Count) - 1);
        numbers &= within;
        var square = Vector512.ConvertToInt64(numbers * numbers);
        total += Vector512.ConvertToInt64(numbers);
        low += square & Vector512.Create((long)uint.MaxValue);
        high += square >>> LimbBits;
    }

    private static (uint Mantissa, uint Position, long Sign) Split(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        var exponent = (bits >> 23) & 0xFF;
        var fraction = (uint)bits & 0x7FFFFF;
        return (exponent == 0 ? fraction : fraction | 0x800000, (uint)Math.Max(exponent, 1) - 1, bits >> 31);
    }

    /// <summary>Adds ±mantissa · 2^position; <paramref name="sign"/> is 0 or −1.</summary>
    private static void AddAt(Span<long> limbs, ulong mantissa, uint position, long sign)
    {
        var shift = (int)(position % LimbBits);
        var low = mantissa << shift;
        var high = shift == 0 ? 0 : mantissa >> (64 - shift);
        var target = limbs.Slice((int)(position / LimbBits), 3);
        target[0] += ((long)(uint)low ^ sign) - sign;
        target[1] += ((long)(low >> LimbBits) ^ sign) - sign;
        target[2] += ((long)high ^ sign) - sign;
    }

    /// <summary>Moves carries up, so that every limb but the last is in [0, 2^32).</summary>
    /// <returns>Whether the sum is at least 0.</returns>
    private static bool Carry(Span<long> limbs)
    {
        var carry = 0L;
        for (var i = 0; i < limbs.Length; i++)
        {
            var limb = limbs[i] + carry;
            var last = i == limbs.Length - 1;
            carry = last ? 0 : limb >> LimbBits;
            limbs[i] = limb - (carry * LimbBase);
        }

        return limbs[^1] >= 0;
    }

    private static void Negate(Span<long> limbs)
    {
        for (var i = 0; i < limbs.Length; i++)
        {
            limbs[i] = -limbs[i];
        }
    }
}
