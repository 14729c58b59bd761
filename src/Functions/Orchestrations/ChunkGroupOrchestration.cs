using AeServerless.Functions.Chunks;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>The chunks of one group, a limited number in flight, and the merge of their results.</summary>
public static class ChunkGroupOrchestration
{
    /// <summary>
    /// Computes what is missing of the group and merges it. Its custom status counts what is done, and goes on doing so when it fails.
    /// </summary>
    /// <exception cref="RunFailedException">An activity failed for good.</exception>
    [Function(nameof(ChunkGroupOrchestration))]
    public static async Task<ChunkTotals> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, GroupReference group)
    {
        try
        {
            var start = await context.CallActivityAsync<GroupStart>(nameof(PlanGroup), group, Retries.Activity);
            var totals = new ChunkTotals { Reused = start.Reused, Tokens = start.ReusedTokens };
            ShowProgress(context, group, totals);
            if (start.Merged)
            {
                return totals;
            }

            await BoundedFanOut.RunAsync(
                start.Missing.Count,
                group.Window,
                index => context.CallActivityAsync<ChunkTotals>(
                    nameof(ComputeChunk), new ChunkReference(group.RunId, group.Group, start.Missing[index]), Retries.Activity),
                (_, chunk) =>
                {
                    totals += chunk;
                    ShowProgress(context, group, totals);
                });
            await MergeAsync(context, group);
            return totals;
        }
        catch (TaskFailedException error)
        {
            throw new RunFailedException(Failures.From(error));
        }
    }

    private static async Task MergeAsync(TaskOrchestrationContext context, GroupReference group)
    {
        var widths = MergeTree.Widths(group.Chunks);
        for (var level = 0; level < widths.Count; level++)
        {
            var current = level;
            await BoundedFanOut.RunAsync(
                widths[level],
                group.Window,
                node => context.CallActivityAsync(
                    nameof(MergeGroup), new MergeReference(group.RunId, group.Group, current, node), Retries.Activity));
        }
    }

    private static void ShowProgress(TaskOrchestrationContext context, GroupReference group, ChunkTotals totals) =>
        context.SetCustomStatus(new GroupProgress(totals.Stored(), group.Chunks, totals.Tokens));
}
