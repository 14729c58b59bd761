using AeServerless.Contracts;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace AeServerless.Functions.Tests.Orchestrations;

/// <summary>Activities with the names of the app's, which do what the script of their run says.</summary>
internal static class ScriptedActivities
{
    [Function(nameof(PlanRun))]
    public static GroupSizing Plan([ActivityTrigger] RunReference run) => RunScript.Of(run.RunId).Plan;

    [Function(nameof(PlanGroup))]
    public static GroupStart PlanTheGroup([ActivityTrigger] GroupReference group) => RunScript.Of(group.RunId).Group(group);

    [Function(nameof(ComputeChunk))]
    public static Task<ChunkTotals> Compute([ActivityTrigger] ChunkReference chunk) => RunScript.Of(chunk.RunId).ComputeAsync(chunk);

    [Function(nameof(MergeGroup))]
    public static void Merge([ActivityTrigger] MergeReference node) => RunScript.Of(node.RunId).MergeOne(node);

    [Function(nameof(FinishRun))]
    public static RunFigures Finish([ActivityTrigger] FinishRequest request) => RunScript.Of(request.RunId).Finish(request);
}
