using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>An autoencoder's statistics by position in a file that can be merged: a row for each position.</summary>
internal static class PositionTensors
{
    private const string Tokens = "position_tokens";
    private const string ActiveLatents = "position_active_latents";
    private const string Errors = "position_squared_error_sums";
    private const string Norms = "position_input_norm_sums";

    /// <summary>Adds statistics to a file.</summary>
    public static void Add(TensorSet tensors, PositionStatistics statistics)
    {
        statistics.Normalise();
        var (tokens, active) = (tensors.Column<long>(), tensors.Column<long>());
        var (errors, norms) = (new WindowedSumColumns(tensors), new WindowedSumColumns(tensors));
        tokens.Add(statistics.Tokens);
        active.Add(statistics.ActiveLatents);
        for (var position = 0; position < statistics.Count; position++)
        {
            errors.Add(statistics.Errors[position]);
            norms.Add(statistics.Norms[position]);
        }

        tensors.AddWholeNumbers(Tokens, tokens);
        tensors.AddWholeNumbers(ActiveLatents, active);
        errors.AddTo(Errors);
        norms.AddTo(Norms);
    }

    /// <summary>Adds a file's statistics.</summary>
    /// <exception cref="InvalidInputException">The file's tensors do not fit each other.</exception>
    public static void AddTo(LoadedResult file, PositionStatistics into)
    {
        var tokens = file.WholeNumbers(Tokens);
        var active = file.WholeNumbers(ActiveLatents);
        if (active.Length != tokens.Length || tokens.Length > PositionStatistics.MaxPositions)
        {
            throw file.Contradiction(Tokens);
        }

        var errors = new WindowedSumTensors(file, Errors, tokens.Length);
        var norms = new WindowedSumTensors(file, Norms, tokens.Length);
        for (var position = 0; position < tokens.Length; position++)
        {
            into.AddCounts(position, tokens[position], active[position]);
            errors.AddTo(ref into.Errors[position], position);
            norms.AddTo(ref into.Norms[position], position);
        }
    }
}
