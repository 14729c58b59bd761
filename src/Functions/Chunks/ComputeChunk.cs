using System.Diagnostics;
using AeServerless.Engine;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Verification;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Chunks;

/// <summary>Computes a chunk.</summary>
public sealed class ComputeChunk(
    RunDocuments documents, ChunkWorker worker, StoredResults results, ChunkVerifier verifier, ILogger<ComputeChunk> logger)
{
    /// <summary>
    /// Computes the chunk, unless its result is there: of an attempt before, or of any run with the same key. Asked to verify, it compares the
    /// stored result with a new one and stores nothing.
    /// </summary>
    [Function(nameof(ComputeChunk))]
    public async Task<ChunkOutcome> RunAsync([ActivityTrigger] ChunkReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        using var span = RunSpans.Start("chunk", reference.RunId);
        span?.SetTag("group", reference.Group).SetTag("chunk", reference.Chunk);
        try
        {
            var chunk = (await documents.GroupAsync(reference.RunId, reference.Group, cancellationToken)).Chunks[reference.Chunk];
            return reference.Verify
                ? await verifier.VerifyAsync(reference.RunId, chunk, cancellationToken)
                : await ComputeAsync(reference, chunk, cancellationToken);
        }
        catch (InvalidInputException error)
        {
            Telemetry.Chunks.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
            Log.ChunkFailed(logger, reference.RunId, reference.Group, reference.Chunk, error.Message);
            return new ChunkOutcome(Computed: false, Tokens: 0, Seconds: 0) { Failure = Failure.Of(error) };
        }
    }

    private async Task<ChunkOutcome> ComputeAsync(ChunkReference reference, PlannedChunk chunk, CancellationToken cancellationToken)
    {
        var part = new ResultPart(ResultKind.Chunk, chunk.Key);
        var watch = Stopwatch.StartNew();
        var there = await results.ClaimAsync(part, cancellationToken);
        IReadOnlyList<ScreeningFormat> screenings = [];
        if (!there)
        {
            await results.WriteAsync(
                part,
                async sink => screenings = await worker.ComputeAsync(reference.RunId, chunk.Range, sink, cancellationToken),
                parts: null,
                cancellationToken);
        }

        var (outcome, seconds) = (there ? "reused" : "computed", watch.Elapsed.TotalSeconds);
        Telemetry.Chunks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (!there)
        {
            Telemetry.Tokens.Add(chunk.Range.Tokens);
            Telemetry.ChunkSeconds.Record(seconds);
        }

        Log.ChunkDone(
            logger, reference.RunId, reference.Group, reference.Chunk, outcome, chunk.Range.Tokens, seconds, chunk.Range.Tokens / seconds, chunk.Key);
        return new ChunkOutcome(!there, chunk.Range.Tokens, there ? 0 : seconds)
        {
            Screenings = [.. screenings.Select(screening => screening.ToString().ToLowerInvariant())],
        };
    }
}
