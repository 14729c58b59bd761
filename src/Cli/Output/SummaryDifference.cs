using AeServerless.Engine.Results.Summary;

namespace AeServerless.Cli.Output;

/// <summary>How far the statistics of two runs are from each other.</summary>
internal static class SummaryDifference
{
    /// <summary>
    /// The largest difference of a figure, relative to its size: to the root of the mean square for means of values of both signs.
    /// </summary>
    public static double Of(RunSummary one, RunSummary other)
    {
        var worst = 0.0;
        void Compare(double? a, double? b, double? scale = null)
        {
            var size = scale ?? Math.Max(Math.Abs(a ?? 0), Math.Abs(b ?? 0));
            var difference = a is null != b is null ? double.PositiveInfinity : Math.Abs((a ?? 0) - (b ?? 0));
            worst = Math.Max(worst, difference == 0 ? 0 : difference / size);
        }

        var autoencoders = other.Autoencoders.ToDictionary(autoencoder => (autoencoder.Autoencoder, autoencoder.Layer));
        foreach (var a in one.Autoencoders)
        {
            if (!autoencoders.TryGetValue((a.Autoencoder, a.Layer), out var b))
            {
                return double.PositiveInfinity;
            }

            Compare(a.ActiveLatents, b.ActiveLatents);
            Compare(a.MeanSquaredError, b.MeanSquaredError);
            Compare(a.FractionOfVarianceUnexplained, b.FractionOfVarianceUnexplained);
            Compare(a.InputNorm, b.InputNorm);
            foreach (var (left, right) in a.StrongestLatents.Join(
                b.StrongestLatents, latent => latent.Latent, latent => latent.Latent, (left, right) => (left, right)))
            {
                foreach (var (x, y) in left.Scalars.Zip(right.Scalars))
                {
                    Compare(x.MeanSquare, y.MeanSquare);
                    Compare(x.Mean, y.Mean, Math.Sqrt(x.MeanSquare));
                }
            }
        }

        foreach (var (a, b) in one.Scalars.Zip(other.Scalars))
        {
            foreach (var (name, metric) in a.Metrics ?? new Dictionary<string, MetricSummary>())
            {
                var spread = Math.Max(Math.Abs(metric.Mean ?? 0), metric.StandardDeviation ?? 0);
                Compare(metric.Mean, b.Metrics?.GetValueOrDefault(name)?.Mean, spread);
                Compare(metric.StandardDeviation, b.Metrics?.GetValueOrDefault(name)?.StandardDeviation, spread);
            }
        }

        return worst;
    }
}
