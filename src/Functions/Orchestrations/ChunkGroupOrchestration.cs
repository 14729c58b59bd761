using AeServerless.Functions.Chunks;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>The chunks of one group, a window of them in flight, and the merge of their results.</summary>
public static class ChunkGroupOrchestration
{
    /// <summary>Computes what is missing of the group and merges it. A failure is a value, beside the counts of what was done.</summary>
    [Function(nameof(ChunkGroupOrchestration))]
    public static async Task<GroupOutcome> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, GroupReference group)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(group);
        var start = await context.CallActivityAsync<GroupStart>(nameof(PlanGroup), group, Retries.Activity);
        var outcome = new GroupOutcome(Computed: 0, start.Reused, start.ReusedTokens, ComputeSeconds: 0) { Failure = start.Failure };
        Show(context, group, outcome);
        if (start.Failure is not null || start.Merged)
        {
            return outcome;
        }

        try
        {
            await Window.RunAsync(
                start.Missing.Count,
                group.Window,
                index => context.CallActivityAsync<ChunkOutcome>(
                    nameof(ComputeChunk), new ChunkReference(group.RunId, group.Group, start.Missing[index]), Retries.Activity),
                (_, chunk) =>
                {
                    outcome = outcome.Add(chunk);
                    Show(context, group, outcome);
                    return outcome.Failure is null;
                });
            return outcome.Failure is null ? outcome with { Failure = await MergeAsync(context, group) } : outcome;
        }
        catch (TaskFailedException error)
        {
            return outcome with { Failure = Failure.Of(error) };
        }
    }

    private static async Task<Failure?> MergeAsync(TaskOrchestrationContext context, GroupReference group)
    {
        Failure? failure = null;
        var widths = MergeTree.Widths(group.Chunks);
        for (var level = 0; level < widths.Count && failure is null; level++)
        {
            var at = level;
            await Window.RunAsync(
                widths[level],
                group.Window,
                node => context.CallActivityAsync<MergeOutcome>(
                    nameof(MergeGroup), new MergeReference(group.RunId, group.Group, at, node), Retries.Activity),
                (_, outcome) => (failure ??= outcome.Failure) is null);
        }

        return failure;
    }

    private static void Show(TaskOrchestrationContext context, GroupReference group, GroupOutcome outcome) =>
        context.SetCustomStatus(new GroupProgress(outcome.ChunksDone(), group.Chunks, outcome.Tokens));
}
