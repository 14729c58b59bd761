using System.Diagnostics;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Storage;

namespace AeServerless.Functions.Verification;

/// <summary>Derives a chunk again and compares it with the stored one.</summary>
public sealed class ChunkVerifier(ChunkWorker worker, StoredResults results, ResultStore store)
{
    /// <summary>Verifies a chunk of a run.</summary>
    public async Task<ChunkOutcome> VerifyAsync(string runId, PlannedChunk chunk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        var part = new ResultPart(ResultKind.Chunk, chunk.Key);
        var watch = Stopwatch.StartNew();
        if (!await results.ClaimAsync(part, cancellationToken))
        {
            var gone = new VerifyDifference(part.Prefix(), "is gone, or was never whole");
            return new ChunkOutcome(Computed: false, chunk.Range.Tokens, watch.Elapsed.TotalSeconds) { Differences = [gone] };
        }

        var marker = await results.ReadMarkerAsync(part, cancellationToken);
        var sink = new ComparisonSink(part.Prefix(), store.Unpack(part, marker.Files, memory: default), marker.Files);
        await worker.ComputeAsync(runId, chunk.Range, sink, cancellationToken);
        return new ChunkOutcome(Computed: true, chunk.Range.Tokens, watch.Elapsed.TotalSeconds) {
            Differences = [.. sink.Differences.Take(VerifyReport.MaxNamed)],
        };
    }
}
