namespace AeServerless.Engine.Statistics;

/// <summary>Figures of a dense scalar's per-token metric over the counted tokens, zeros among them.</summary>
/// <param name="Count">Tokens where it is not zero.</param>
/// <param name="Mean">Mean.</param>
/// <param name="MeanSquare">Mean square.</param>
/// <param name="Variance">Population variance; not a number where norms vary too little to tell from their rounding.</param>
/// <param name="StandardDeviation">Square root of the variance; not a number likewise.</param>
/// <param name="Max">The largest non-zero value; 0 where there is none.</param>
/// <param name="Min">The smallest non-zero value; 0 where there is none.</param>
internal readonly record struct DenseMoments(
    long Count, double Mean, double MeanSquare, double Variance, double StandardDeviation, double Max, double Min);
