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

    internal static LatentMoments Compute(LatentState? state, long tokens)
    {
        if (state is null)
        {
            return default;
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
            state.Min);
    }
}
