using AeServerless.Contracts;
using AeServerless.Functions.Exporting;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Finishing;

/// <summary>Puts the results of a run beside each other and writes down where they come from.</summary>
public sealed class FinishRun(
    RunDocuments documents, RunResultsWriter results, RunExporter exporter, ProvenanceWriter provenance, ILogger<FinishRun> logger)
{
    /// <summary>
    /// Writes results, summary and the exports that the recipe asks for, and <c>run.json</c> last. Written again they have the same bytes,
    /// all but the times in it.
    /// </summary>
    [Function(nameof(FinishRun))]
    public async Task<RunFigures> RunAsync([ActivityTrigger] FinishRequest request, CancellationToken cancellationToken)
    {
        using var span = RunSpans.Start("finish", request.RunId);
        var plan = await documents.PlanAsync(request.RunId, cancellationToken);
        var (files, summary) = await results.WriteAsync(request.RunId, plan, cancellationToken);
        var exports = await exporter.WriteAsync(request.RunId, files, cancellationToken);
        var figures = Describe(request, plan);
        await provenance.WriteAsync(request, figures, plan, [.. files, .. exports], summary, cancellationToken);
        RunSpans.Start("run", request.RunId, request.StartedAt)?.Dispose();
        Log.RunDone(logger, request.RunId, figures.Chunks, figures.ChunksComputed, figures.Tokens, figures.TokensPerSecond);
        return figures;
    }

    private static RunFigures Describe(FinishRequest request, RunPlan plan)
    {
        var seconds = (request.MergedAt - request.StartedAt).TotalSeconds;
        return new RunFigures(
            request.RunId,
            RunPaths.Of(request.RunId),
            plan.Chunks,
            request.Totals.Computed,
            request.Totals.Reused,
            plan.Tokens,
            seconds > 0 ? Math.Round(plan.Tokens / seconds, 1) : 0);
    }
}
