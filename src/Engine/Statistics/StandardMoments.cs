using System.Numerics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Standardised moments of numbers, zeros among them, from exact sums of their powers: each is a quotient of whole numbers, rounded once,
/// so that nothing cancels. A sum of p-th powers is in units of the p-th power of the numbers' unit.
/// </summary>
internal static class StandardMoments
{
    private const int Normal = 3;

    /// <summary>Skewness; not a number where all numbers are equal.</summary>
    public static double Skewness(BigInteger count, BigInteger sum, BigInteger squares, BigInteger cubes)
    {
        // m3 / m2^(3/2), both times n³; squared, it needs no root of a whole number.
        var variance = (count * squares) - (sum * sum);
        if (variance.Sign <= 0)
        {
            return double.NaN;
        }

        var third = (count * count * cubes) - (3 * count * sum * squares) + (2 * sum * sum * sum);
        var squared = ExactSum.Divide(third * third, variance * variance * variance, 0);
        return third.Sign * Math.Sqrt(squared);
    }

    /// <summary>Kurtosis less that of a normal distribution; not a number where all numbers are equal.</summary>
    public static double Kurtosis(BigInteger count, BigInteger sum, BigInteger squares, BigInteger cubes, BigInteger fourths)
    {
        var variance = (count * squares) - (sum * sum);
        if (variance.Sign <= 0)
        {
            return double.NaN;
        }

        var square = sum * sum;
        var fourth = (count * count * count * fourths) - (4 * count * count * sum * cubes) + (6 * count * square * squares)
            - (3 * square * square);
        return ExactSum.Divide(fourth - (Normal * variance * variance), variance * variance, 0);
    }
}
