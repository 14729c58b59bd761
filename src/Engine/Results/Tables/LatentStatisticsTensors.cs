using System.Numerics;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Statistics in a file that can be merged: only latents that had a value, ascending in <c>latents</c>, and for each count, extremes, exact
/// sums, the bins that are not empty and the top examples. Equal statistics have equal bytes.
/// </summary>
internal static class LatentStatisticsTensors
{
    private const string Latents = "latents";
    private const string Counts = "counts";
    private const string Max = "max";
    private const string Min = "min";
    private const string Sum = "sum";
    private const string Squares = "sum_of_squares";
    private const string Random = "random";
    private const string Drawn = "drawn";
    private const string Positive = "histogram_positive";
    private const string Negative = "histogram_negative";
    private const string Top = "top";
    private const string Bottom = "bottom";
    // Tokens; of these not finite; of these in sequences too short; values that are not finite.
    private const string Totals = "totals";
    private const int TotalsLength = 4;
    // Tokens that do not count, by mark; only where the recipe or the dataset excludes some.
    private const string Excluded = "excluded_tokens";
    // Exact sums of a dense scalar's metrics; only there.
    private const string Dense = "metric_totals";
    private const string Width = "latent_count";

    /// <summary>Adds statistics to a file, and takes them: they are empty when this returns.</summary>
    public static void Add(TensorSet tensors, LatentStatistics statistics)
    {
        tensors.Metadata.Describe(statistics.Options);
        tensors.Metadata.Put(Width, statistics.Width);
        tensors.Add(
            Totals, [statistics.Tokens, statistics.NonFiniteTokens, statistics.ShortSequenceTokens, statistics.NonFiniteValues]);

        if (statistics.Excluded is { } excluded)
        {
            tensors.Add(Excluded, excluded.Numbers.ToArray());
        }

        var (latents, counts, max, min) = (tensors.Column<int>(), tensors.Column<long>(), tensors.Column<float>(), tensors.Column<float>());
        var (sums, squares) = (tensors.Column<long>(), tensors.Column<long>()); // [latents, limbs]
        var (positive, negative) = (new SignedColumns(tensors), new SignedColumns(tensors));
        var powers = new PowerColumns(tensors, statistics.HasErrorNorms);
        var (random, drawn) = (new DrawnColumns(tensors), new DrawnColumns(tensors));
        statistics.Drain((latent, state) =>
        {
            latents.Add(latent);
            counts.Add(state.Count);
            max.Add(state.Max);
            min.Add(state.Min);
            sums.Add(state.Sum);
            squares.Add(state.Squares);
            positive.Add(state.Positive);
            negative.Add(state.Negative);
            powers.Add(state);
            random.AddAll(state.Drawn);
            drawn.AddBins(state.Drawn);
        });

        tensors.Add(Latents, latents);
        tensors.AddWholeNumbers(Counts, counts);
        tensors.Add(Max, max);
        tensors.Add(Min, min);
        LimbTable.Add(tensors, Sum, ExactFormat.Values, sums);
        LimbTable.Add(tensors, Squares, ExactFormat.Squares, squares);
        if (statistics.Dense is { } dense)
        {
            AddDense(tensors, dense);
        }

        positive.AddTo(Positive, Top);
        negative.AddTo(Negative, Bottom);
        powers.AddTo();
        random.AddTo(Random);
        drawn.AddTo(Drawn);
    }

    /// <summary>Adds a file's statistics to <paramref name="into"/>, which has the same width and options.</summary>
    /// <param name="file">The file.</param>
    /// <param name="firstSequence">Where the file's result starts, in sequences of what <paramref name="into"/> is of.</param>
    /// <param name="into">Receives the statistics.</param>
    /// <exception cref="InvalidInputException">The file's tensors do not fit each other.</exception>
    public static void AddTo(LoadedResult file, long firstSequence, LatentStatistics into)
    {
        var totals = file.Numbers<long>(Totals, TensorDtype.I64);
        var latents = file.Numbers<int>(Latents, TensorDtype.I32);
        var counts = file.WholeNumbers(Counts);
        var max = file.Numbers<float>(Max, TensorDtype.F32);
        var min = file.Numbers<float>(Min, TensorDtype.F32);
        var sums = new LimbTable(file, Sum, ExactFormat.Values, latents.Length);
        var squares = new LimbTable(file, Squares, ExactFormat.Squares, latents.Length);
        var positive = new BinTensors(file, Positive, latents.Length, into.Histogram.Bins);
        var negative = new BinTensors(file, Negative, latents.Length, into.Histogram.Bins);
        var top = new ExampleTensors(file, Top, latents.Length);
        var bottom = new ExampleTensors(file, Bottom, latents.Length);
        var powers = new PowerTensors(file, latents.Length);
        var random = new DrawnTensors(file, Random, latents.Length);
        var drawn = new DrawnTensors(file, Drawn, latents.Length);
        if (totals.Length != TotalsLength || counts.Length != latents.Length || max.Length != latents.Length || min.Length != latents.Length
            || latents.ContainsAnyExceptInRange(0, into.Width - 1))
        {
            throw file.Contradiction(Latents);
        }

        into.AddCounts(totals[0], totals[1], totals[2], totals[3]);
        if (file.File.Tensors.ContainsKey(Excluded))
        {
            (into.Excluded ??= new ExcludedTokens()).Add(ExcludedOf(file));
        }

        if (file.File.Tensors.ContainsKey(Dense))
        {
            AddDenseTo(file, into.Dense ??= new DenseTotals());
        }

        for (var row = 0; row < latents.Length; row++)
        {
            var state = into.StateOf(latents[row]);
            state.AddSums(
                counts[row],
                max[row],
                min[row],
                sums.Row(row),
                squares.Row(row));
            positive.AddNextTo(state.Positive);
            negative.AddNextTo(state.Negative);
            top.OfferNextTo(state.Positive.Examples, firstSequence);
            bottom.OfferNextTo(state.Negative.Examples, firstSequence);
            powers.AddNextTo(state);
            random.OfferNextTo(state.Drawn, firstSequence);
            drawn.OfferNextToBins(state.Drawn, into.Histogram, firstSequence);
        }

        into.HasErrorNorms |= powers.HasErrorNorms;
    }

    /// <summary>Empty statistics of the width and options that the file has.</summary>
    public static LatentStatistics CreateFor(LoadedResult file, LatentStatisticsPool pool) =>
        pool.Rent((int)file.File.Number(Width), file.File.Options());

    private static ReadOnlySpan<long> ExcludedOf(LoadedResult file)
    {
        var numbers = file.Numbers<long>(Excluded, TensorDtype.I64);
        return numbers.Length == ExcludedTokens.Length ? numbers : throw file.Contradiction(Excluded);
    }

    private static void AddDense(TensorSet tensors, DenseTotals dense)
    {
        var numbers = tensors.Column<long>();
        var limbs = new long[DenseTotals.Format.Limbs];
        foreach (var number in dense.Numbers)
        {
            ExactSum.FromInteger(number, limbs);
            numbers.Add(limbs);
        }

        LimbTable.Add(tensors, Dense, DenseTotals.Format, numbers);
        dense.Clear();
    }

    private static void AddDenseTo(LoadedResult file, DenseTotals into)
    {
        var table = new LimbTable(file, Dense, DenseTotals.Format, DenseTotals.Rows);
        var numbers = new BigInteger[DenseTotals.Rows];
        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = ExactSum.ToInteger(table.Row(row));
        }

        into.Add(numbers);
    }
}
