using AeServerless.Engine.IO;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>Merges statistics: what is in memory is the sum so far and one part.</summary>
internal static class StateMerger
{
    public static async Task MergeStatisticsAsync(
        IReadOnlyList<IResultSource> parts, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        using var first = await OpenResult.OpenAsync(parts[0], name, cancellationToken);
        var statistics = LatentStatisticsTensors.Like(first.File);
        await AddAllAsync(parts, name, first.File, file => LatentStatisticsTensors.AddToAsync(file, statistics, cancellationToken), cancellationToken);
        var tensors = Described(first.File);
        LatentStatisticsTensors.Add(tensors, statistics);
        await tensors.WriteAsync(sink, name, cancellationToken);
    }

    public static async Task MergeAutoencoderAsync(
        IReadOnlyList<IResultSource> parts, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        using var first = await OpenResult.OpenAsync(parts[0], name, cancellationToken);
        AutoencoderStatistics statistics = AutoencoderStatisticsTensors.Like(first.File);
        await AddAllAsync(parts, name, first.File, file => AutoencoderStatisticsTensors.AddToAsync(file, statistics, cancellationToken), cancellationToken);
        var tensors = Described(first.File);
        AutoencoderStatisticsTensors.Add(tensors, statistics);
        await tensors.WriteAsync(sink, name, cancellationToken);
    }

    private static async Task AddAllAsync(
        IReadOnlyList<IResultSource> parts, string name, SafetensorsFile first, Func<SafetensorsFile, Task> add, CancellationToken cancellationToken)
    {
        await add(first);
        foreach (var part in parts.Skip(1))
        {
            using var opened = await OpenResult.OpenAsync(part, name, cancellationToken);
            ResultMetadata.RequireSame(first, opened.File);
            await add(opened.File);
        }
    }

    /// <summary>A file with the metadata of the parts; what depends on the values is written anew.</summary>
    private static TensorSet Described(SafetensorsFile first)
    {
        var tensors = new TensorSet();
        foreach (var (key, value) in first.Metadata)
        {
            tensors.Metadata[key] = value;
        }

        return tensors;
    }
}
