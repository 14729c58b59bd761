using System.Globalization;
using AeServerless.Contracts;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AeServerless.Bench.Orchestration;

/// <summary>The product's orchestrators over activities that do nothing: what is left is what orchestrating costs.</summary>
public static class SimulatedFunctions
{
    private const int TokensOfAChunk = 65_536;

    [Function(nameof(RunOrchestration))]
    public static Task<RunFigures> Run([OrchestrationTrigger] TaskOrchestrationContext context, RunReference run) =>
        RunOrchestration.RunAsync(context, run);

    [Function(nameof(ChunkGroupOrchestration))]
    public static Task<ChunkTotals> RunGroup([OrchestrationTrigger] TaskOrchestrationContext context, GroupReference group) =>
        ChunkGroupOrchestration.RunAsync(context, group);

    /// <summary>The run's id says how large it is: <c>{chunks}-{chunks in flight}-…</c>.</summary>
    [Function(nameof(Functions.Planning.PlanRun))]
    public static GroupSizing Plan([ActivityTrigger] RunReference run)
    {
        var size = run.RunId.Split('-');
        var chunks = int.Parse(size[0], CultureInfo.InvariantCulture);
        return GroupSizing.Decide(chunks, (long)chunks * TokensOfAChunk, int.Parse(size[1], CultureInfo.InvariantCulture));
    }

    [Function(nameof(PlanGroup))]
    public static GroupStart PlanTheGroup([ActivityTrigger] GroupReference group) =>
        new([.. Enumerable.Range(0, group.Chunks)], Reused: 0, ReusedTokens: 0, Merged: false);

    [Function(nameof(ComputeChunk))]
    public static ChunkTotals Compute([ActivityTrigger] ChunkReference _)
    {
        SimulatedProgress.Count();
        return new ChunkTotals { Computed = 1, Tokens = TokensOfAChunk };
    }

    [Function(nameof(MergeGroup))]
    public static Task Merge([ActivityTrigger] MergeReference _) => Task.CompletedTask;

    [Function(nameof(FinishRun))]
    public static RunFigures Finish([ActivityTrigger] FinishRequest request)
    {
        var totals = request.Totals;
        return new RunFigures(request.RunId, "", totals.Computed, totals.Computed, ChunksReused: 0, totals.Tokens, TokensPerSecond: 0);
    }
}
