using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// An autoencoder's statistics in a file that can be merged: those of its per-token metrics, and the sums after its fraction of variance.
/// </summary>
internal static class AutoencoderStatisticsTensors
{
    // Rows: Σ‖x − x̂‖², Σ‖x‖.
    private const string Totals = "squared_error_and_input_norm_sums";
    private const string Squares = "input_squared_norm_sum";
    private const string Inputs = "input_sums";
    private const string InputWidth = "input_width";

    /// <summary>Adds statistics to a file, and takes those of the metrics: they are empty when this returns.</summary>
    public static void Add(TensorSet tensors, AutoencoderStatistics statistics)
    {
        LatentStatisticsTensors.Add(tensors, statistics.Metrics);
        Add(tensors, Totals, statistics.Totals);
        Add(tensors, Squares, statistics.InputSquares);
        Add(tensors, Inputs, statistics.InputSums);
        PositionTensors.Add(tensors, statistics.Positions);
        tensors.Metadata.Put(InputWidth, statistics.InputWidth);
        tensors.Metadata["metrics"] = string.Join(',', AutoencoderStatistics.MetricNames);
    }

    /// <summary>Adds a file's statistics to <paramref name="into"/>, which has the same width and options.</summary>
    /// <inheritdoc cref="LatentStatisticsTensors.AddTo(LoadedResult, long, LatentStatistics)"/>
    public static void AddTo(LoadedResult file, long firstSequence, AutoencoderStatistics into)
    {
        LatentStatisticsTensors.AddTo(file, firstSequence, into.Metrics);
        AddTo(file, Totals, into.Totals);
        AddTo(file, Squares, into.InputSquares);
        AddTo(file, Inputs, into.InputSums);
        PositionTensors.AddTo(file, into.Positions);
    }

    /// <summary>Empty statistics of the width and options that the file has.</summary>
    public static AutoencoderStatistics CreateFor(LoadedResult file) => new((int)file.File.Number(InputWidth), file.File.Options());

    private static void Add(TensorSet tensors, string name, ExactTotal total)
    {
        total.Normalise();
        var sums = tensors.Column<long>();
        for (var column = 0; column < total.Columns; column++)
        {
            sums.Add(total.Column(column));
        }

        LimbTable.Add(tensors, name, total.Format, sums);
    }

    private static void AddTo(LoadedResult file, string name, ExactTotal into)
    {
        var sums = new LimbTable(file, name, into.Format, into.Columns);
        into.BeginAddition();
        for (var column = 0; column < into.Columns; column++)
        {
            sums.AddTo(into.Column(column), column);
        }
    }
}
