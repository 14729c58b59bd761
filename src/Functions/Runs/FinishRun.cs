using AeServerless.Engine;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Provenance;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Runs;

/// <summary>Puts the results of a run beside each other and writes down where they come from.</summary>
public sealed class FinishRun(RunDocuments documents, RunResultsWriter results, ProvenanceWriter provenance, ILogger<FinishRun> logger)
{
    /// <summary>Writes results and summary, and <c>run.json</c> last. Written again they have the same bytes, all but the times in it.</summary>
    [Function(nameof(FinishRun))]
    public async Task<FinishOutcome> RunAsync([ActivityTrigger] FinishRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            using var span = RunSpans.Start("finish", request.RunId);
            var plan = await documents.PlanAsync(request.RunId, cancellationToken);
            var files = await results.WriteAsync(request.RunId, plan, cancellationToken);
            var result = Describe(request, plan);
            await provenance.WriteAsync(request, result, plan, files, cancellationToken);
            RunSpans.Start("run", request.RunId, request.StartedAt)?.Dispose();
            Log.RunDone(logger, request.RunId, result.Chunks, result.ChunksComputed, result.Tokens, result.TokensPerSecond);
            return new FinishOutcome(result, Failure: null);
        }
        catch (InvalidInputException error)
        {
            return new FinishOutcome(Result: null, Failure.Of(error));
        }
    }

    private static RunResult Describe(FinishRequest request, RunPlan plan)
    {
        var seconds = (request.MergedAt - request.StartedAt).TotalSeconds;
        return new RunResult(
            request.RunId,
            RunPaths.Of(request.RunId),
            plan.Chunks,
            request.Totals.Computed,
            request.Totals.Reused,
            plan.Tokens,
            seconds > 0 ? Math.Round(plan.Tokens / seconds, 1) : 0);
    }
}
