using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// Moments of a per-token metric over all tokens that count; <see langword="null"/> is what has no value, and why is in
/// <paramref name="Absent"/>.
/// </summary>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Population standard deviation.</param>
/// <param name="Max">The largest non-zero value; 0 where there is none.</param>
/// <param name="Min">The smallest non-zero value; 0 where there is none.</param>
/// <param name="Absent">Why a figure is not there, by its name; <see langword="null"/> where all are.</param>
public sealed record MetricSummary(
    double? Mean, double? StandardDeviation, double? Max, double? Min, IReadOnlyDictionary<string, string>? Absent = null)
{
    internal static MetricSummary Of(LatentStatistics statistics, int metric)
    {
        if (statistics.CountedTokens == 0)
        {
            return new MetricSummary(null, null, null, null, AbsentFigures.Without("mean", "standardDeviation", "max", "min"));
        }

        var moments = (statistics.Dense ?? new DenseTotals()).Moments(metric, statistics.CountedTokens);
        return double.IsNaN(moments.StandardDeviation)
            ? new MetricSummary(moments.Mean, null, moments.Max, moments.Min, AbsentFigures.TooSmallSpread)
            : new MetricSummary(moments.Mean, moments.StandardDeviation, moments.Max, moments.Min);
    }
}
