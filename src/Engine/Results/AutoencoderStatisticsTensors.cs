using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>An autoencoder's statistics in a file that can be merged: those of its per-token metrics, and the sums behind its fraction of variance.</summary>
internal static class AutoencoderStatisticsTensors
{
    // Rows: Σ‖x − x̂‖², Σ‖x‖², and Σx of each element of the input.
    private const string Variance = "error_and_squared_norm_and_input_sums";
    private const string InputWidth = "input_width";

    public static void Add(TensorSet tensors, AutoencoderStatistics statistics)
    {
        statistics.EndSequence();
        statistics.Totals.Normalise();
        LatentStatisticsTensors.Add(tensors, statistics.Metrics);
        LimbTable.Add(tensors, Variance, ExactFormat.Doubles, statistics.Totals.Columns, column => statistics.Totals.Column(column));
        tensors.Metadata.Put(InputWidth, statistics.InputWidth);
        tensors.Metadata["metrics"] = string.Join(',', AutoencoderStatistics.MetricNames);
    }

    /// <summary>Adds a file's statistics to <paramref name="into"/>, which has the same width and options.</summary>
    public static async Task AddToAsync(SafetensorsFile file, AutoencoderStatistics into, CancellationToken cancellationToken)
    {
        await LatentStatisticsTensors.AddToAsync(file, into.Metrics, cancellationToken);
        into.Totals.AddNormalised(await LimbTable.ReadAsync(file, Variance, ExactFormat.Doubles, cancellationToken));
    }

    /// <summary>Empty statistics of the width and options that the file has.</summary>
    public static AutoencoderStatistics Like(SafetensorsFile file) => new((int)file.Number(InputWidth), file.Options());
}
