using System.Runtime.CompilerServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Merging;

/// <summary>Merges statistics: what is in memory is the sum so far, one part, and the next that is on its way.</summary>
/// <param name="parts">The results, in the order of the dataset; at least one.</param>
/// <param name="firstSequences">Where each starts, in sequences of the merge.</param>
/// <param name="pool">Lends statistics.</param>
internal sealed class StateMerger(IReadOnlyList<IResultSource> parts, IReadOnlyList<long> firstSequences, LatentStatisticsPool pool)
{
    public Task MergeStatisticsAsync(string name, IResultSink sink, CancellationToken cancellationToken) => MergeAsync(
        name, sink, file =>
            LatentStatisticsTensors.CreateFor(file, pool), LatentStatisticsTensors.AddTo, LatentStatisticsTensors.Add, pool.Return,
        cancellationToken);

    public Task MergeAutoencoderAsync(string name, IResultSink sink, CancellationToken cancellationToken) => MergeAsync(
        name, sink, AutoencoderStatisticsTensors.CreateFor, AutoencoderStatisticsTensors.AddTo, AutoencoderStatisticsTensors.Add,
        static _ => { }, cancellationToken);

    private async Task MergeAsync<T>(
        string name,
        IResultSink sink,
        Func<LoadedResult, T> create,
        Action<LoadedResult, long, T> add,
        Action<TensorSet, T> write,
        Action<T> release,
        CancellationToken cancellationToken)
        where T : class
    {
        T? statistics = null;
        SafetensorsFile? first = null;
        var index = 0;
        await foreach (var part in LoadAsync(name, cancellationToken))
        {
            using (part)
            {
                first ??= part.File;
                statistics ??= create(part);
                ResultMetadata.ValidateSame(first, part.File);
                add(part, firstSequences[index++], statistics);
            }
        }

        using var tensors = new TensorSet();
        foreach (var (key, value) in first!.Metadata)
        {
            // Entries that depend on the values are overwritten below.
            tensors.Metadata[key] = value;
        }

        write(tensors, statistics!);
        release(statistics!);
        await tensors.WriteAsync(sink, name, cancellationToken);
    }

    /// <summary>One part's file after the other; each is the caller's to dispose.</summary>
    private async IAsyncEnumerable<LoadedResult> LoadAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = LoadedResult.LoadAsync(parts[0], name, cancellationToken);
        try
        {
            for (var i = 1; next is not null; i++)
            {
                var part = await next;
                next = i < parts.Count ? LoadedResult.LoadAsync(parts[i], name, cancellationToken) : null;
                yield return part;
            }
        }
        finally
        {
            if (next is not null)
            {
                // WhenAny does not throw: another failure, or the caller's end, made this read useless.
                await Task.WhenAny(next);
                _ = next.Exception;
                if (next.IsCompletedSuccessfully)
                {
                    next.Result.Dispose();
                }
            }
        }
    }
}
