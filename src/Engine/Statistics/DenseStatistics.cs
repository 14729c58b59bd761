using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Statistics;

/// <summary>Metrics of a dense scalar's tokens: the L2 norm of the token's values and their sum, with moments, histograms and top examples.</summary>
/// <param name="options">What to keep.</param>
public sealed class DenseStatistics(StatisticsOptions options)
{
    private const int RowsAtOnce = 4;

    /// <summary>The names of the columns of <see cref="Metrics"/>.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = ["l2_norm", "sum"];

    /// <summary>The metrics, a column each.</summary>
    public LatentStatistics Metrics { get; } = new(MetricNames.Count, options);

    /// <summary>Adds a tile's tokens.</summary>
    /// <param name="values">[tokens, width]</param>
    /// <param name="places">Where the tile's tokens stand. [tokens]</param>
    /// <param name="norms">Receives each token's L2 norm; not a number where a value is not finite. [tokens]</param>
    /// <param name="sums">Receives each token's sum; not a number where a value is not finite. [tokens]</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<TokenPlace> places, Span<float> norms, Span<float> sums)
    {
        Metrics.Tokens += places.Length;
        var width = places.Length == 0 ? 0 : values.Length / places.Length;
        Span<double> rowSums = stackalloc double[RowsAtOnce];
        for (var token = 0; token < places.Length; token++)
        {
            var row = values.Slice(token * width, width);
            if (token % RowsAtOnce == 0)
            {
                var rows = Math.Min(RowsAtOnce, places.Length - token);
                Sum(values.Slice(token * width, rows * width), rowSums[..rows]);
            }

            // Squares of float32 numbers don't overflow a float64: the norm is finite where every value is.
            var norm = Math.Sqrt(FixedOrder.SquaredNorm(row));
            norms[token] = double.IsFinite(norm) ? (float)norm : float.NaN;
            sums[token] = double.IsFinite(norm) ? (float)rowSums[token % RowsAtOnce] : float.NaN;
            Metrics.Add(0, norms[token], places[token]);
            Metrics.Add(1, sums[token], places[token]);
        }
    }

    /// <summary>Sums of rows, each in the order of its values. Of several rows at once: an addition has to wait for the one before it in its row.</summary>
    /// <param name="values">[rows, width]</param>
    /// <param name="sums">[rows], at most <see cref="RowsAtOnce"/>.</param>
    private static void Sum(ReadOnlySpan<float> values, Span<double> sums)
    {
        var width = values.Length / sums.Length;
        if (sums.Length < RowsAtOnce)
        {
            for (var row = 0; row < sums.Length; row++)
            {
                var sum = 0d;
                foreach (var value in values.Slice(row * width, width))
                {
                    sum += value;
                }

                sums[row] = sum;
            }

            return;
        }

        var first = values[..width];
        var second = values.Slice(width, width);
        var third = values.Slice(2 * width, width);
        var fourth = values.Slice(3 * width, width);
        var (a, b, c, d) = (0d, 0d, 0d, 0d);
        for (var i = 0; i < width; i++)
        {
            a += first[i];
            b += second[i];
            c += third[i];
            d += fourth[i];
        }

        (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
    }
}
