using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Metrics of a dense scalar's tokens: the L2 norm of the token's values and their sum, with moments, histograms and top examples.
/// </summary>
/// <param name="options">What to keep.</param>
public sealed class DenseStatistics(StatisticsOptions options)
{
    /// <summary>The names of the columns of <see cref="Metrics"/>.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = ["l2_norm", "sum"];

    /// <summary>The metrics, a column each.</summary>
    public LatentStatistics Metrics { get; } = new(MetricNames.Count, options) { Dense = new DenseTotals() };

    /// <summary>Adds a tile's tokens. Random examples are drawn by sequence, position and token id.</summary>
    /// <param name="values">[tokens, width]</param>
    /// <param name="places">Sequence and position of the tile's tokens. [tokens]</param>
    /// <param name="norms">
    /// Receives each token's L2 norm; not a number where a value is not finite, infinite beyond float32. [tokens]
    /// </param>
    /// <param name="sums">Receives each token's sum; not a number where a value is not finite. [tokens]</param>
    /// <param name="marks">Which tokens do not count; empty where all do. They are not counted here. [tokens]</param>
    public void Add(
        ReadOnlySpan<float> values,
        ReadOnlySpan<TokenPlace> places,
        Span<float> norms,
        Span<float> sums,
        ReadOnlySpan<TokenMark> marks = default)
    {
        var keys = new uint[places.Length];
        for (var token = 0; token < keys.Length; token++)
        {
            keys[token] = DrawKeys.Of(Metrics.Options.Seed, places[token]);
        }

        Add(values, new TokenColumns(places, keys, []), norms, sums, marks);
    }

    /// <summary>Adds a tile's tokens, which have keys in draws.</summary>
    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{TokenPlace}, Span{float}, Span{float}, ReadOnlySpan{TokenMark})"/>
    internal void Add(
        ReadOnlySpan<float> values, in TokenColumns tokens, Span<float> norms, Span<float> sums, ReadOnlySpan<TokenMark> marks)
    {
        var places = tokens.Places;
        Metrics.AddTokens(places.Length);
        var width = places.Length == 0 ? 0 : values.Length / places.Length;
        for (var token = 0; token < places.Length; token++)
        {
            var row = values.Slice(token * width, width);
            var counts = marks.IsEmpty || marks[token] == TokenMark.Counts;
            var (norm, sum) = FiniteCheck.AllFinite(row) ? Metrics.Dense!.Measure(row, counts) : (double.NaN, double.NaN);
            (norms[token], sums[token]) = ((float)norm, (float)sum);
            if (!counts)
            {
                continue;
            }

            Metrics.Add(0, norms[token], places[token], tokens.Keys[token]);
            Metrics.Add(1, sums[token], places[token], tokens.Keys[token]);
        }
    }
}
