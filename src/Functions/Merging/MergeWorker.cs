using System.Diagnostics;
using AeServerless.Engine.Results;

namespace AeServerless.Functions.Merging;

/// <summary>Merges stored results.</summary>
public sealed class MergeWorker(StoredResults results) : IDisposable
{
    // A second merge beside it would hold as much again: statistics of all latents, and a file of each of two parts.
    private readonly SemaphoreSlim _memory = new(1);

    /// <summary>Merges the parts of a node and stores the result.</summary>
    /// <returns>How long it took, without the time that it waited for others.</returns>
    /// <exception cref="Engine.InvalidInputException">A part is missing, damaged or of another recipe.</exception>
    public async Task<TimeSpan> MergeAsync(MergeNode node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        await _memory.WaitAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var parts = await Task.WhenAll(node.Parts.Select(part => results.OpenAsync(part, cancellationToken, inMemory: true)));
            await results.WriteAsync(
                node.Result,
                sink => ResultMerger.MergeAsync(parts, sink, cancellationToken, ResultContents.Aggregates),
                node.Parts,
                cancellationToken);
            return Stopwatch.GetElapsedTime(started);
        }
        finally
        {
            _memory.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
