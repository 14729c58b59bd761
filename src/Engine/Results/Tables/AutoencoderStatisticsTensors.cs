using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// An autoencoder's statistics in a file that can be merged: those of its per-token metrics, and the sums after its fraction of variance.
/// </summary>
internal static class AutoencoderStatisticsTensors
{
    // Rows: Σ‖x − x̂‖², Σ‖x‖², and Σx of each element of the input.
    private const string Variance = "error_and_squared_norm_and_input_sums";
    private const string InputWidth = "input_width";

    /// <summary>Adds statistics to a file, and takes those of the metrics: they are empty when this returns.</summary>
    public static void Add(TensorSet tensors, AutoencoderStatistics statistics)
    {
        statistics.EndSequence();
        statistics.Totals.Normalise();
        LatentStatisticsTensors.Add(tensors, statistics.Metrics);
        var sums = tensors.Column<long>();
        for (var column = 0; column < statistics.Totals.Columns; column++)
        {
            sums.Add(statistics.Totals.Column(column));
        }

        LimbTable.Add(tensors, Variance, ExactFormat.Doubles, sums);
        tensors.Metadata.Put(InputWidth, statistics.InputWidth);
        tensors.Metadata["metrics"] = string.Join(',', AutoencoderStatistics.MetricNames);
    }

    /// <summary>Adds a file's statistics to <paramref name="into"/>, which has the same width and options.</summary>
    /// <inheritdoc cref="LatentStatisticsTensors.AddTo"/>
    public static void AddTo(LoadedResult file, long firstSequence, AutoencoderStatistics into)
    {
        LatentStatisticsTensors.AddTo(file, firstSequence, into.Metrics);
        var sums = new LimbTable(file, Variance, ExactFormat.Doubles, into.Totals.Columns);
        into.Totals.BeginAddition();
        for (var column = 0; column < into.Totals.Columns; column++)
        {
            ExactSum.Add(into.Totals.Column(column), sums.Row(column));
        }
    }

    /// <summary>Empty statistics of the width and options that the file has.</summary>
    public static AutoencoderStatistics CreateFor(LoadedResult file) => new((int)file.File.Number(InputWidth), file.File.Options());
}
