using System.Numerics;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// How well an autoencoder does, over any number of tokens: exact and mergeable, the same whatever the order, the tiles and the grouping of
/// what was added. Figures are computed from exact sums, not from the float32 numbers that per-token results have.
/// </summary>
/// <param name="inputWidth">Width of the autoencoder's input.</param>
/// <param name="options">What to keep of the metrics.</param>
public sealed class AutoencoderStatistics(int inputWidth, StatisticsOptions options)
{
    private const int Errors = 0;
    private const int Norms = 1;

    private readonly long[] _rowSum = new long[ExactFormat.Values.Limbs];

    /// <summary>The names of the columns of <see cref="Metrics"/>.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = ["active_latents", "mean_squared_error", "input_norm"];

    /// <summary>Width of the autoencoder's input.</summary>
    public int InputWidth { get; } = inputWidth;

    /// <summary>
    /// Per-token metrics, a column each: latents active (L0), mean over the input's elements of the squared reconstruction error, and the
    /// input's L2 norm; with moments, histograms and the tokens where they are largest.
    /// </summary>
    public LatentStatistics Metrics { get; } =
        new(MetricNames.Count, options with { RandomExamples = 0, QuantileExamples = 0 });

    /// <summary>The same by position.</summary>
    internal PositionStatistics Positions { get; } = new();

    /// <summary>Mean number of active latents of a token; not a number without tokens that count.</summary>
    public double MeanActiveLatents =>
        Metrics.CountedTokens == 0 ? double.NaN : LatentMoments.Compute(Metrics[0], Metrics.CountedTokens).Mean;

    /// <summary>Mean squared reconstruction error of an element of the input; not a number without tokens that count.</summary>
    public double MeanSquaredError => Mean(Errors, InputWidth);

    /// <summary>Mean L2 norm of the input; not a number without tokens that count.</summary>
    public double MeanInputNorm => Mean(Norms, 1);

    /// <summary>
    /// Σ‖x − x̂‖² / Σ‖x − mean(x)‖² over all counted tokens, the mean taken for each element of the input; not a number where x never
    /// varies.
    /// </summary>
    public double FractionOfVarianceUnexplained
    {
        get
        {
            var squaredSums = BigInteger.Zero;
            for (var input = 0; input < InputWidth; input++)
            {
                var sum = InputSums.Integer(input);
                squaredSums += sum * sum;
            }

            // E / (Q − ΣS²/n) = n·E / (n·Q − ΣS²): the denominator is exact, so nothing cancels, and is 0 only where x never varies.
            var count = new BigInteger(Metrics.CountedTokens);
            var variance = (count * InputSquares.Integer(0)) - squaredSums;
            var exponent = ExactFormat.Doubles.UnitExponent - ExactFormat.Squares.UnitExponent;
            return variance.Sign > 0 ? ExactSum.Divide(count * Totals.Integer(Errors), variance, exponent) : double.NaN;
        }
    }

    /// <summary>Exact sums of the errors' squared norms and of the inputs' norms, each a float64 of a token.</summary>
    internal ExactTotal Totals { get; } = new(2, ExactFormat.Doubles);

    /// <summary>Σ‖x‖².</summary>
    internal ExactTotal InputSquares { get; } = new(1, ExactFormat.Squares);

    /// <summary>Σx of each element of the input.</summary>
    internal ExactTotal InputSums { get; } = new(inputWidth, ExactFormat.Values);

    /// <summary>Adds a tile's tokens, which follow those of the tile before.</summary>
    /// <param name="tile">The metrics.</param>
    /// <param name="places">Sequence and position of the tile's tokens. [tile.Tokens]</param>
    /// <param name="marks">Which tokens do not count; empty where all do. They are not counted here. [tile.Tokens]</param>
    public void Add(in TokenMetricsTile tile, ReadOnlySpan<TokenPlace> places, ReadOnlySpan<TokenMark> marks = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tile.InputWidth, InputWidth);
        ArgumentOutOfRangeException.ThrowIfNotEqual(places.Length, tile.Tokens);
        Metrics.AddTokens(tile.Tokens);
        for (var token = 0; token < tile.Tokens; token++)
        {
            if (!marks.IsEmpty && marks[token] != TokenMark.Counts)
            {
                continue;
            }

            if (tile.NonFinite[token])
            {
                Metrics.ExcludeNonFinite(1);
                continue;
            }

            var (error, norm) = (tile.ErrorSquaredNorms[token], Math.Sqrt(tile.InputSquaredNorms[token]));
            var input = tile.Inputs.Slice(token * InputWidth, InputWidth);
            Totals.Add([error, norm]);
            InputSquares.AddSquares(input, _rowSum);
            Array.Clear(_rowSum);
            InputSums.Add(input);
            Metrics.Add(0, tile.ActiveLatents[token], places[token], key: 0);
            Metrics.Add(1, MeanSquare(error, InputWidth), places[token], key: 0);
            Metrics.Add(2, (float)norm, places[token], key: 0);
            Positions.Add(places[token].Position, tile.ActiveLatents[token], error, norm);
        }
    }

    /// <summary>Adds what another has seen of the same autoencoder.</summary>
    public void Add(AutoencoderStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Metrics.Add(other.Metrics);
        Positions.Add(other.Positions);
        Totals.Add(other.Totals);
        InputSquares.Add(other.InputSquares);
        InputSums.Add(other.InputSums);
    }

    /// <summary>Forgets everything, and keeps its memory.</summary>
    public void Clear()
    {
        Metrics.Clear();
        Positions.Clear();
        Totals.Clear();
        InputSquares.Clear();
        InputSums.Clear();
    }

    /// <summary>The mean squared error of a token's elements, as it is stored and counted.</summary>
    internal static float MeanSquare(double squaredNorm, int width) => (float)(squaredNorm / width);

    private double Mean(int total, int elements) => Metrics.CountedTokens == 0
        ? double.NaN
        : ExactSum.Divide(Totals.Integer(total), new BigInteger(Metrics.CountedTokens) * elements, ExactFormat.Doubles.UnitExponent);
}
