using AeServerless.Functions.Chunks;
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
    public static Task<RunResult> Run([OrchestrationTrigger] TaskOrchestrationContext context, RunReference run) => RunOrchestration.RunAsync(context, run);

    [Function(nameof(ChunkGroupOrchestration))]
    public static Task<GroupOutcome> RunGroup([OrchestrationTrigger] TaskOrchestrationContext context, GroupReference group) =>
        ChunkGroupOrchestration.RunAsync(context, group);

    /// <summary>The run's id says how large it is: <c>{chunks}-{chunks in flight}-…</c>.</summary>
    [Function(nameof(Functions.Planning.PlanRun))]
    public static PlanOutcome Plan([ActivityTrigger] RunReference run)
    {
        var size = run.RunId.Split('-');
        var chunks = int.Parse(size[0], System.Globalization.CultureInfo.InvariantCulture);
        return Grouping.Decide(chunks, (long)chunks * TokensOfAChunk, int.Parse(size[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Function(nameof(PlanGroup))]
    public static GroupStart PlanTheGroup([ActivityTrigger] GroupReference group) =>
        new([.. Enumerable.Range(0, group.Chunks)], Reused: 0, ReusedTokens: 0, Merged: false);

    [Function(nameof(ComputeChunk))]
    public static ChunkOutcome Compute([ActivityTrigger] ChunkReference _)
    {
        SimulatedProgress.Count();
        return new ChunkOutcome(Computed: true, TokensOfAChunk, Seconds: 0);
    }

    [Function(nameof(MergeGroup))]
    public static MergeOutcome Merge([ActivityTrigger] MergeReference _) => new(Computed: true);

    [Function(nameof(FinishRun))]
    public static FinishOutcome Finish([ActivityTrigger] FinishRequest request) => new(
        new RunResult(request.RunId, "", request.Totals.Computed, request.Totals.Computed, ChunksReused: 0, request.Totals.Tokens, TokensPerSecond: 0), Failure: null);
}
