using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Statistics of latents as tensors of a file that can be merged: only latents that had a value, ascending in <c>latents</c>, and for each
/// count, extremes, exact sums, the bins that are not empty and examples. Equal statistics have equal bytes.
/// </summary>
internal sealed class LatentColumns
{
    public const string Latents = "latents";
    public const string Counts = "counts";
    public const string Max = "max";
    public const string Min = "min";
    public const string Sum = "sum";
    public const string Squares = "sum_of_squares";
    public const string Random = "random";
    public const string Drawn = "drawn";
    public const string Positive = "histogram_positive";
    public const string Negative = "histogram_negative";
    public const string Top = "top";
    public const string Bottom = "bottom";

    /// <summary>Tokens; of these not finite; of these in sequences too short; values that are not finite.</summary>
    public const string Totals = "totals";

    /// <summary>Numbers of <see cref="Totals"/>.</summary>
    public const int TotalsLength = 4;

    /// <summary>Tokens that do not count, by mark; only where the recipe or the dataset excludes some.</summary>
    public const string Excluded = "excluded_tokens";

    /// <summary>Exact sums of a dense scalar's metrics; only there.</summary>
    public const string Dense = "metric_totals";

    /// <summary>The metadata's number of latents, with those that never had a value.</summary>
    public const string Width = "latent_count";

    private readonly TensorSet _tensors;
    private readonly Column<int> _latents;
    private readonly Column<long> _counts;
    private readonly Column<float> _max;
    private readonly Column<float> _min;
    private readonly Column<long> _sums; // [latents, limbs]
    private readonly Column<long> _squares; // [latents, limbs]
    private readonly SignedColumns _positive;
    private readonly SignedColumns _negative;
    private readonly PowerColumns _powers;
    private readonly DrawnColumns _random;
    private readonly DrawnColumns _drawn;

    /// <param name="tensors">The file that they go to.</param>
    /// <param name="errorNorms">Whether the norms of the autoencoder's error are known.</param>
    public LatentColumns(TensorSet tensors, bool errorNorms)
    {
        _tensors = tensors;
        (_latents, _counts) = (tensors.Column<int>(), tensors.Column<long>());
        (_max, _min) = (tensors.Column<float>(), tensors.Column<float>());
        (_sums, _squares) = (tensors.Column<long>(), tensors.Column<long>());
        (_positive, _negative) = (new SignedColumns(tensors), new SignedColumns(tensors));
        _powers = new PowerColumns(tensors, errorNorms);
        (_random, _drawn) = (new DrawnColumns(tensors), new DrawnColumns(tensors));
    }

    /// <summary>Adds a row. Latents come ascending, their sums normalised.</summary>
    public void Add(int latent, LatentState state)
    {
        _latents.Add(latent);
        _counts.Add(state.Count);
        _max.Add(state.Max);
        _min.Add(state.Min);
        _sums.Add(state.Sum);
        _squares.Add(state.Squares);
        _positive.Add(state.Positive);
        _negative.Add(state.Negative);
        _powers.Add(state);
        _random.AddAll(state.Drawn);
        _drawn.AddBins(state.Drawn);
    }

    /// <summary>Adds the tensors to the file, with counts of tokens and what else is not a latent's.</summary>
    /// <param name="statistics">Has these.</param>
    public void AddToFile(LatentStatistics statistics)
    {
        _tensors.Metadata.Describe(statistics.Options);
        _tensors.Metadata.Put(Width, statistics.Width);
        _tensors.Add(
            Totals, [statistics.Tokens, statistics.NonFiniteTokens, statistics.ShortSequenceTokens, statistics.NonFiniteValues]);
        if (statistics.Excluded is { } excluded)
        {
            _tensors.Add(Excluded, excluded.Numbers.ToArray());
        }

        _tensors.Add(Latents, _latents);
        _tensors.AddWholeNumbers(Counts, _counts);
        _tensors.Add(Max, _max);
        _tensors.Add(Min, _min);
        LimbTable.Add(_tensors, Sum, ExactFormat.Values, _sums);
        LimbTable.Add(_tensors, Squares, ExactFormat.Squares, _squares);
        if (statistics.Dense is { } dense)
        {
            AddDense(dense);
        }

        _positive.AddTo(Positive, Top);
        _negative.AddTo(Negative, Bottom);
        _powers.AddTo();
        _random.AddTo(Random);
        _drawn.AddTo(Drawn);
    }

    private void AddDense(DenseTotals dense)
    {
        var numbers = _tensors.Column<long>();
        var limbs = new long[DenseTotals.Format.Limbs];
        foreach (var number in dense.Numbers)
        {
            ExactSum.FromInteger(number, limbs);
            numbers.Add(limbs);
        }

        LimbTable.Add(_tensors, Dense, DenseTotals.Format, numbers);
    }
}
