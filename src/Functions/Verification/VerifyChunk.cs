using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>Derives a chunk again and compares it with the stored one.</summary>
public sealed class VerifyChunk(RunDocuments documents, ChunkVerifier verifier)
{
    /// <summary>Verifies a chunk. An input that has changed since is a finding, and no reason not to look at the other chunks.</summary>
    [Function(nameof(VerifyChunk))]
    public async Task<Findings> RunAsync([ActivityTrigger] ChunkReference reference, CancellationToken cancellationToken)
    {
        using var span = RunSpans.Start("verify chunk", reference.RunId);
        span?.SetTag("group", reference.Group).SetTag("chunk", reference.Chunk);
        try
        {
            var chunk = (await documents.GroupAsync(reference.RunId, reference.Group, cancellationToken)).Chunks[reference.Chunk];
            return Findings.OfChunk(await verifier.VerifyAsync(reference.RunId, chunk, cancellationToken));
        }
        catch (InvalidInputException error)
        {
            var failure = Failures.From(error);
            return Findings.OfChunk([new VerificationDifference(failure.Subject, failure.Message)]);
        }
    }
}
