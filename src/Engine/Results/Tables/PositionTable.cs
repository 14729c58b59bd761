using AeServerless.Engine.IO;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>What an autoencoder does by position in the sequence, as people and notebooks read it: a row for each position.</summary>
internal static class PositionTable
{
    /// <summary>Writes <c>positions/{autoencoder}/{layer}</c>; nothing where no token counts.</summary>
    public static async Task WriteAsync(
        string autoencoder, int layer, AutoencoderStatistics statistics, IResultSink run, CancellationToken cancellationToken)
    {
        var positions = statistics.Positions;
        if (positions.Count == 0)
        {
            return;
        }

        using var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Metadata["autoencoder"] = autoencoder;
        tensors.Metadata.Put("layer", layer);
        tensors.Add("tokens", positions.Tokens.ToArray());
        Add(tensors, "active_latents", positions.Count, positions.MeanActiveLatents);
        Add(tensors, "mean_squared_error", positions.Count, position => positions.MeanSquaredError(position, statistics.InputWidth));
        Add(tensors, "input_norm", positions.Count, positions.MeanInputNorm);
        await tensors.WriteAsync(run, ResultNames.Positions(autoencoder, layer), cancellationToken);
    }

    private static void Add(TensorSet tensors, string name, int count, Func<int, double> figure)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(figure)];
        tensors.Add(name, TensorDtype.F64, [count], (writer, cancellation) => writer.WriteAsync(values.AsMemory(), cancellation));
    }
}
