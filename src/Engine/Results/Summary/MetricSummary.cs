namespace AeServerless.Engine.Results.Summary;

/// <summary>Moments of a per-token metric over all tokens that count.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Population standard deviation.</param>
/// <param name="Max">The largest non-zero value; 0 where there is none.</param>
/// <param name="Min">The smallest non-zero value; 0 where there is none.</param>
public sealed record MetricSummary(double Mean, double StandardDeviation, float Max, float Min);
