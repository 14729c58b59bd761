using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Tables;

namespace AeServerless.Engine.Results.Merging;

/// <summary>Merges the statistics of an autoencoder: files of kilobytes.</summary>
/// <param name="parts">The results, in the order of the dataset; at least one.</param>
/// <param name="firstSequences">Where each starts, in sequences of the merge.</param>
internal sealed class AutoencoderMerger(IReadOnlyList<IResultSource> parts, IReadOnlyList<long> firstSequences)
{
    /// <summary>Merges one file of all parts.</summary>
    /// <exception cref="InvalidInputException">A part lacks the file, or it is damaged or of another recipe.</exception>
    public async Task MergeAsync(string name, IResultSink sink, CancellationToken cancellationToken)
    {
        using var loaded = await LoadedParts.LoadAsync(parts, name, cancellationToken);
        var statistics = AutoencoderStatisticsTensors.CreateFor(loaded.Files[0]);
        for (var part = 0; part < parts.Count; part++)
        {
            AutoencoderStatisticsTensors.AddTo(loaded.Files[part], firstSequences[part], statistics);
        }

        using var tensors = loaded.Describe();
        AutoencoderStatisticsTensors.Add(tensors, statistics);
        await tensors.WriteAsync(sink, name, cancellationToken);
    }
}
