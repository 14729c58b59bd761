using AeServerless.Contracts;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>Derives chunks again and compares them with the stored ones; stores nothing.</summary>
public sealed class ChunkVerifier(ChunkWorker worker, ResultRepository results, ResultStore store)
{
    /// <summary>Verifies a chunk of a run.</summary>
    /// <returns>What is different.</returns>
    /// <exception cref="Engine.InvalidInputException">An input has changed or can't be used.</exception>
    public async Task<IReadOnlyList<VerificationDifference>> VerifyAsync(
        string runId, PlannedChunk chunk, CancellationToken cancellationToken)
    {
        var address = new ResultAddress(ResultKind.Chunk, chunk.Key);
        if (!await results.ClaimAsync(address, cancellationToken))
        {
            return [new VerificationDifference(address.Prefix(), "is gone, or was never whole")];
        }

        var marker = await results.ReadMarkerAsync(address, cancellationToken);
        var sink = new ComparisonSink(address.Prefix(), store.Unpack(address, marker.Files, memory: default), marker.Files);
        await worker.ComputeAsync(runId, chunk.Range, sink, cancellationToken);
        return sink.Differences;
    }
}
