using System.Numerics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Statistics;

/// <summary>One latent's figures, each rounded once from exact sums.</summary>
/// <param name="Count">Tokens where it is not zero.</param>
/// <param name="Frequency">Fraction of the counted tokens where it is not zero.</param>
/// <param name="Mean">Mean over the counted tokens, zeros among them.</param>
/// <param name="MeanSquare">Mean square over the counted tokens, zeros among them.</param>
/// <param name="Variance">Population variance over the counted tokens, zeros among them.</param>
/// <param name="Max">The largest non-zero value; 0 where there is none.</param>
/// <param name="Min">The smallest non-zero value; 0 where there is none.</param>
public readonly record struct LatentMoments(
    long Count, double Frequency, double Mean, double MeanSquare, double Variance, float Max, float Min)
{
    /// <summary>Square root of <see cref="Variance"/>.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Mean magnitude over the counted tokens, zeros among them.</summary>
    public double MeanAbsolute { get; init; }

    /// <summary>Of the values that are not zero, the fraction that has the more frequent sign; not a number where there are none.</summary>
    public double SignConsistency { get; init; }

    /// <summary>Skewness over the counted tokens, zeros among them; not a number where the variance is 0.</summary>
    public double Skewness { get; init; }

    /// <summary>Kurtosis over the counted tokens, zeros among them, less 3; not a number where the variance is 0.</summary>
    public double Kurtosis { get; init; }

    /// <summary>
    /// Mean L2 norm of the autoencoder's error over the tokens where the value is not zero; not a number where there are none, or it is not
    /// known.
    /// </summary>
    public double ErrorNormWhenActive { get; init; }

    internal static LatentMoments Compute(LatentState? state, long tokens)
    {
        if (state is null)
        {
            return default(LatentMoments) with
            {
                SignConsistency = double.NaN,
                Skewness = double.NaN,
                Kurtosis = double.NaN,
                ErrorNormWhenActive = double.NaN,
            };
        }

        state.Normalise();
        var (count, sum, squares) = (new BigInteger(tokens), ExactSum.ToInteger(state.Sum), ExactSum.ToInteger(state.Squares));
        var (unit, squareUnit) = (ExactFormat.Values.UnitExponent, ExactFormat.Squares.UnitExponent);
        return new LatentMoments(
            state.Count,
            (double)state.Count / tokens,
            ExactSum.Divide(sum, count, unit),
            ExactSum.Divide(squares, count, squareUnit),
            // (n·Σx² − (Σx)²) / n²: exact until the division, so nothing cancels.
            ExactSum.Divide((count * squares) - (sum * sum), count * count, squareUnit),
            state.Max,
            state.Min)
        {
            MeanAbsolute = ExactSum.Divide(sum + (2 * state.Negatives.ToInteger()), count, unit),
            SignConsistency = (double)Math.Max(Sum(state.Positive.Bins), Sum(state.Negative.Bins)) / state.Count,
            Skewness = StandardMoments.Skewness(count, sum, squares, state.Cubes.ToInteger()),
            Kurtosis = StandardMoments.Kurtosis(count, sum, squares, state.Cubes.ToInteger(), state.Fourths.ToInteger()),
            ErrorNormWhenActive = ExactSum.Divide(state.ErrorNorms.ToInteger(), state.Count, ExactPowers.DoubleUnit),
        };
    }

    private static long Sum(ReadOnlySpan<long> bins)
    {
        var sum = 0L;
        foreach (var count in bins)
        {
            sum += count;
        }

        return sum;
    }
}
