using System.Numerics;
using System.Runtime.Intrinsics;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// How well an autoencoder does, over any number of tokens: exact and mergeable. What is summed over tokens in float64 is summed sequence
/// by sequence, in the order of tokens, and each sequence's sums are then added exactly. Chunks hold whole sequences, so chunking changes
/// nothing.
/// </summary>
/// <param name="inputWidth">Width of the autoencoder's input.</param>
/// <param name="options">What to keep of the metrics.</param>
public sealed class AutoencoderStatistics(int inputWidth, StatisticsOptions options)
{
    private const int Errors = 0;
    private const int SquaredNorms = 1;
    private const int FirstInput = 2;

    // [error, squared norm, inputs…] of the current sequence.
    private readonly double[] _sequence = new double[FirstInput + inputWidth];
    private long _currentSequence = -1;

    /// <summary>The names of the columns of <see cref="Metrics"/>.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = ["active_latents", "mean_squared_error", "input_norm"];

    /// <summary>Width of the autoencoder's input.</summary>
    public int InputWidth { get; } = inputWidth;

    /// <summary>
    /// Per-token metrics, a column each: latents active (L0), mean over the input's elements of the squared reconstruction error, and the
    /// input's L2 norm; with moments, histograms and the tokens where they are largest.
    /// </summary>
    public LatentStatistics Metrics { get; } = new(MetricNames.Count, options);

    /// <summary>Mean number of active latents of a token.</summary>
    public double MeanActiveLatents => Mean(0);

    /// <summary>Mean squared reconstruction error of an element of the input.</summary>
    public double MeanSquaredError => Mean(1);

    /// <summary>Mean L2 norm of the input.</summary>
    public double MeanInputNorm => Mean(2);

    /// <summary>
    /// Σ‖x − x̂‖² / Σ‖x − mean(x)‖² over all counted tokens, the mean taken for each element of the input; not a number where x never
    /// varies.
    /// </summary>
    public double FractionOfVarianceUnexplained
    {
        get
        {
            EndSequence();
            Totals.Normalise();
            var squaredSums = BigInteger.Zero;
            for (var input = 0; input < InputWidth; input++)
            {
                var sum = ExactSum.ToInteger(Totals.Column(FirstInput + input));
                squaredSums += sum * sum;
            }

            // E / (Q − ΣS²/n) with E and Q in units u and S² in u²: n·E / (n·Q − ΣS²), all in u².
            var unit = -ExactFormat.Doubles.UnitExponent;
            var count = new BigInteger(Metrics.CountedTokens);
            var error = (count * ExactSum.ToInteger(Totals.Column(Errors))) << unit;
            var variance = ((count * ExactSum.ToInteger(Totals.Column(SquaredNorms))) << unit) - squaredSums;
            return variance.Sign > 0 ? ExactSum.Divide(error, variance, 0) : double.NaN;
        }
    }

    /// <summary>Exact sums of the errors' squared norms, the inputs' squared norms, and each element of the input.</summary>
    internal ExactTotal Totals { get; } = new(FirstInput + inputWidth);

    /// <summary>Adds a tile's tokens, which follow those of the tile before.</summary>
    /// <param name="tile">The metrics.</param>
    /// <param name="places">Sequence and position of the tile's tokens. [tile.Tokens]</param>
    public void Add(in TokenMetricsTile tile, ReadOnlySpan<TokenPlace> places)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tile.InputWidth, InputWidth);
        ArgumentOutOfRangeException.ThrowIfNotEqual(places.Length, tile.Tokens);
        Metrics.AddTokens(tile.Tokens);
        for (var token = 0; token < tile.Tokens; token++)
        {
            if (tile.NonFinite[token])
            {
                Metrics.ExcludeNonFinite(1);
                continue;
            }

            var place = places[token];
            if (place.Sequence != _currentSequence)
            {
                EndSequence();
                _currentSequence = place.Sequence;
            }

            var (error, squaredNorm) = (tile.ErrorSquaredNorms[token], tile.InputSquaredNorms[token]);
            _sequence[Errors] += error;
            _sequence[SquaredNorms] += squaredNorm;
            AddTo(_sequence.AsSpan(FirstInput), tile.Inputs.Slice(token * InputWidth, InputWidth));
            Metrics.Add(0, tile.ActiveLatents[token], place);
            Metrics.Add(1, MeanSquare(error, InputWidth), place);
            Metrics.Add(2, (float)Math.Sqrt(squaredNorm), place);
        }
    }

    /// <summary>Adds what another has seen of the same autoencoder.</summary>
    public void Add(AutoencoderStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        EndSequence();
        other.EndSequence();
        Metrics.Add(other.Metrics);
        Totals.Add(other.Totals);
    }

    /// <summary>Forgets everything, and keeps its memory.</summary>
    public void Clear()
    {
        EndSequence();
        Metrics.Clear();
        Totals.Clear();
    }

    /// <summary>The mean squared error of a token's elements, as it is stored and counted.</summary>
    internal static float MeanSquare(double squaredNorm, int width) => (float)(squaredNorm / width);

    /// <summary>Adds the current sequence to the totals: it has no more tokens.</summary>
    internal void EndSequence()
    {
        if (_currentSequence >= 0)
        {
            Totals.Add(_sequence);
            Array.Clear(_sequence);
            _currentSequence = -1;
        }
    }

    private static void AddTo(Span<double> sums, ReadOnlySpan<float> values)
    {
        // Every element is a sum of its own, so the width of the vectors changes nothing.
        var i = 0;
        for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(values[i..]));
            var target = sums.Slice(i, Vector512<float>.Count);
            (Vector512.Create<double>(target) + low).CopyTo(target);
            (Vector512.Create<double>(target[Vector512<double>.Count..]) + high).CopyTo(target[Vector512<double>.Count..]);
        }

        for (; i < values.Length; i++)
        {
            sums[i] += values[i];
        }
    }

    private double Mean(int metric) => LatentMoments.Compute(Metrics[metric], Metrics.CountedTokens).Mean;
}
