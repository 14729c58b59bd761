using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

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
    private const string Positive = "histogram_positive";
    private const string Negative = "histogram_negative";
    private const string Top = "top";
    private const string Bottom = "bottom";
    // Tokens; of these not finite; of these in sequences too short; values that are not finite.
    private const string Totals = "totals";
    private const string Width = "latent_count";

    public static void Add(TensorSet tensors, LatentStatistics statistics)
    {
        int[] latents = [.. Enumerable.Range(0, statistics.Width).Where(latent => statistics.States[latent] is not null)];
        LatentState[] states = [.. latents.Select(statistics.StateOf)];
        foreach (var state in states)
        {
            state.Normalise();
        }

        tensors.Metadata.Describe(statistics.Options);
        tensors.Metadata.Put(Width, statistics.Width);
        tensors.Add(
            Totals, [statistics.Tokens, statistics.NonFiniteTokens, statistics.ShortSequenceTokens, statistics.NonFiniteValues]);
        tensors.Add(Latents, latents);
        tensors.Add(Counts, Array.ConvertAll(states, state => state.Count));
        tensors.Add(Max, Array.ConvertAll(states, state => state.Max));
        tensors.Add(Min, Array.ConvertAll(states, state => state.Min));
        LimbTable.Add(tensors, Sum, ExactFormat.Values, states.Length, row => states[row].Sum);
        LimbTable.Add(tensors, Squares, ExactFormat.Squares, states.Length, row => states[row].Squares);
        BinTensors.Add(tensors, Positive, Array.ConvertAll(states, state => state.Positive));
        BinTensors.Add(tensors, Negative, Array.ConvertAll(states, state => state.Negative));
        ExampleTensors.Add(tensors, Top, Array.ConvertAll(states, state => state.Top));
        ExampleTensors.Add(tensors, Bottom, Array.ConvertAll(states, state => state.Bottom));
    }

    /// <summary>Adds a file's statistics to <paramref name="into"/>, which has the same width and options.</summary>
    public static async Task AddToAsync(SafetensorsFile file, LatentStatistics into, CancellationToken cancellationToken)
    {
        var totals = await file.ReadInt64Async(Totals, cancellationToken);
        var latents = await file.ReadInt32Async(Latents, cancellationToken);
        var counts = await file.ReadInt64Async(Counts, cancellationToken);
        var max = await file.ReadFloatsAsync(Max, cancellationToken);
        var min = await file.ReadFloatsAsync(Min, cancellationToken);
        var sums = await LimbTable.ReadAsync(file, Sum, ExactFormat.Values, cancellationToken);
        var squares = await LimbTable.ReadAsync(file, Squares, ExactFormat.Squares, cancellationToken);
        var positive = await BinTensors.ReadAsync(file, Positive, cancellationToken);
        var negative = await BinTensors.ReadAsync(file, Negative, cancellationToken);
        var top = await ExampleTensors.ReadAsync(file, Top, cancellationToken);
        var bottom = await ExampleTensors.ReadAsync(file, Bottom, cancellationToken);
        if (counts.Length != latents.Length || latents.AsSpan().ContainsAnyExceptInRange(0, into.Width - 1))
        {
            throw new InvalidInputException(file.Source.Name, $"its latents must be from 0 to {into.Width - 1}, each with a count");
        }

        into.Tokens += totals[0];
        into.NonFiniteTokens += totals[1];
        into.ShortSequenceTokens += totals[2];
        into.NonFiniteValues += totals[3];
        for (var row = 0; row < latents.Length; row++)
        {
            var state = into.StateOf(latents[row]);
            state.AddSums(
                counts[row],
                max[row],
                min[row],
                sums.AsSpan(row * ExactFormat.Values.Limbs, ExactFormat.Values.Limbs),
                squares.AsSpan(row * ExactFormat.Squares.Limbs, ExactFormat.Squares.Limbs));
            state.Positive = positive.AddTo(state.Positive, row, into.Histogram.Bins);
            state.Negative = negative.AddTo(state.Negative, row, into.Histogram.Bins);
            top.OfferTo(state.Top, row);
            bottom.OfferTo(state.Bottom, row);
        }
    }

    /// <summary>Empty statistics of the width and options that the file has.</summary>
    public static LatentStatistics Like(SafetensorsFile file) => new((int)file.Number(Width), file.Options());
}
