using System.Diagnostics;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Merging;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Merging;

/// <summary>Merges stored results.</summary>
public sealed class MergeWorker(ResultRepository results, IIdleMemory idle) : IDisposable
{
    // The results of a thousand latents, with some scalars, are smaller: read whole, a part takes one request in the place of dozens.
    private const int SmallPartBytes = 2 << 20;

    // A second merge beside it would hold as much again: a file of each part, and the merged one.
    private readonly SemaphoreSlim _turn = new(1);

    // Small parts, for the life of the worker: made anew for each merge, they would be garbage of megabytes that waits long for a
    // collection.
    private readonly byte[] _smallParts = GC.AllocateUninitializedArray<byte>(MergeTree.FanIn * SmallPartBytes);

    /// <summary>Merges the parts of a node and stores the result.</summary>
    /// <returns>How long it took, without the time that it waited for others.</returns>
    /// <exception cref="Engine.InvalidInputException">A part is missing, damaged or of another recipe.</exception>
    public async Task<TimeSpan> MergeAsync(MergeNode node, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        try
        {
            idle.GiveBack();
            var parts = await Task.WhenAll(node.Parts.Select((part, index) => results.OpenAsync(
                part, cancellationToken, _smallParts.AsMemory(index * SmallPartBytes, SmallPartBytes))));
            await results.WriteAsync(
                node.Result,
                sink => ResultMerger.MergeAsync(parts, sink, cancellationToken, ResultContents.Aggregates),
                node.Parts,
                cancellationToken);
            return Stopwatch.GetElapsedTime(started);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
