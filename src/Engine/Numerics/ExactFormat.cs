namespace AeServerless.Engine.Numerics;

/// <summary>
/// What an exact sum adds up, and so the fixed-point number that holds it: limb i counts multiples of 2^(<see cref="UnitExponent"/> +
/// 32·i).
/// Each is wide enough for 2^63 of the largest finite numbers.
/// </summary>
/// <param name="UnitExponent">The exponent of the smallest number that occurs: the weight of the lowest bit.</param>
/// <param name="Limbs">Number of 32-bit limbs.</param>
public sealed record ExactFormat(int UnitExponent, int Limbs)
{
    /// <summary>Sums of float32 numbers: from 2^−149 to 2^(128 + 63).</summary>
    public static ExactFormat Values { get; } = new(-149, 11);

    /// <summary>Sums of squares of float32 numbers: from 2^−298 to 2^(256 + 63).</summary>
    public static ExactFormat Squares { get; } = new(-298, 20);

    /// <summary>Sums of float64 numbers: from 2^−1074 to 2^(1024 + 63).</summary>
    public static ExactFormat Doubles { get; } = new(-1074, 68);
}
