using System.Diagnostics;
using AeServerless.Engine;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Chunks;

/// <summary>Computes a chunk.</summary>
public sealed class ComputeChunk(RunDocuments documents, ChunkWorker worker, ResultRepository results, ILogger<ComputeChunk> logger)
{
    private const string OutcomeTag = "outcome";

    /// <summary>Computes the chunk, unless its result is stored: by an attempt before, or by any run with the same key.</summary>
    /// <returns>What was done.</returns>
    /// <exception cref="InvalidInputException">An input has changed or can't be used, or the run was terminated.</exception>
    [Function(nameof(ComputeChunk))]
    public async Task<ChunkTotals> RunAsync(
        [ActivityTrigger] ChunkReference reference, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var span = RunSpans.Start("chunk", reference.RunId);
        span?.SetTag("group", reference.Group).SetTag("chunk", reference.Chunk);
        await RefuseTerminatedAsync(client, reference.RunId, cancellationToken);
        try
        {
            var chunk = (await documents.GroupAsync(reference.RunId, reference.Group, cancellationToken)).Chunks[reference.Chunk];
            return await ComputeAsync(reference, chunk, cancellationToken);
        }
        catch (InvalidInputException error)
        {
            Telemetry.Chunks.Add(1, new KeyValuePair<string, object?>(OutcomeTag, "failed"));
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
            Log.ChunkFailed(logger, reference.RunId, reference.Group, reference.Chunk, error.Message);
            throw;
        }
    }

    // A chunk that was queued when its run was terminated is handed out all the same: it would take minutes of a GPU for nobody.
    private static async Task RefuseTerminatedAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var run = await client.GetInstanceAsync(runId, getInputsAndOutputs: false, cancellationToken);
        if (run is { RuntimeStatus: OrchestrationRuntimeStatus.Terminated })
        {
            throw new InvalidInputException("run", "was terminated");
        }
    }

    private async Task<ChunkTotals> ComputeAsync(ChunkReference reference, PlannedChunk chunk, CancellationToken cancellationToken)
    {
        var address = new ResultAddress(ResultKind.Chunk, chunk.Key);
        var watch = Stopwatch.StartNew();
        var reused = await results.ClaimAsync(address, cancellationToken);
        IReadOnlyList<ScreeningFormat> screenings = [];
        if (!reused)
        {
            await results.WriteAsync(
                address,
                async sink => screenings = await worker.ComputeAsync(reference.RunId, chunk.Range, sink, cancellationToken),
                parts: null,
                cancellationToken);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Report(reference, chunk, reused, seconds);
        return reused
            ? new ChunkTotals { Reused = 1, Tokens = chunk.Range.Tokens }
            : new ChunkTotals
            {
                Computed = 1,
                Tokens = chunk.Range.Tokens,
                ComputeSeconds = seconds,
                Screenings = [.. screenings.Select(screening => screening.ToString().ToLowerInvariant())],
            };
    }

    private void Report(ChunkReference reference, PlannedChunk chunk, bool reused, double seconds)
    {
        var (outcome, tokens) = (reused ? "reused" : "computed", chunk.Range.Tokens);
        Telemetry.Chunks.Add(1, new KeyValuePair<string, object?>(OutcomeTag, outcome));
        if (!reused)
        {
            Telemetry.Tokens.Add(tokens);
            Telemetry.ChunkSeconds.Record(seconds);
        }

        Log.ChunkDone(logger, reference.RunId, reference.Group, reference.Chunk, outcome, tokens, seconds, tokens / seconds, chunk.Key);
    }
}
