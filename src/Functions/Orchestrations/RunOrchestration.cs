using AeServerless.Contracts;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>A run from plan to provenance. It only decides: everything that touches storage or time is an activity's.</summary>
public static class RunOrchestration
{
    /// <summary>Plans, computes the groups, merges their results and finishes.</summary>
    /// <exception cref="RunFailedException">An activity or a group failed for good.</exception>
    [Function(nameof(RunOrchestration))]
    public static async Task<RunFigures> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RunReference run)
    {
        var progress = new RunProgressReporter(context);
        try
        {
            var sizing = await context.CallActivityAsync<GroupSizing>(nameof(PlanRun), run, Retries.Activity);
            progress.Planned(sizing.Chunks, sizing.Tokens);
            var totals = await ComputeAsync(context, run, sizing, progress);

            progress.Enter(RunPhases.Merging);
            await MergeAsync(context, run, sizing);

            progress.Enter(RunPhases.Finishing);
            var finish = new FinishRequest(run.RunId, progress.StartedAt, progress.ComputedAt, context.CurrentUtcDateTime, totals);
            var figures = await context.CallActivityAsync<RunFigures>(nameof(FinishRun), finish, Retries.Activity);
            progress.Enter(RunPhases.Done);
            return figures;
        }
        catch (TaskFailedException error)
        {
            var failure = Failures.From(error);
            progress.Failed(failure);
            throw new RunFailedException(failure);
        }
    }

    private static async Task<ChunkTotals> ComputeAsync(
        TaskOrchestrationContext context, RunReference run, GroupSizing sizing, RunProgressReporter progress)
    {
        // A run that is started again has the same id: its groups must not meet those of the attempt before.
        var attempt = context.NewGuid().ToString("N")[..8];
        var totals = new ChunkTotals();
        await BoundedFanOut.RunAsync(
            sizing.Groups(),
            sizing.GroupsInFlight,
            group =>
            {
                var id = GroupReference.InstanceId(run.RunId, attempt, group);
                progress.GroupStarted(id);
                var input = new GroupReference(run.RunId, group, sizing.ChunksOf(group), sizing.GroupWindow);
                return context.CallSubOrchestratorAsync<ChunkTotals>(
                    nameof(ChunkGroupOrchestration), input, new SubOrchestrationOptions(instanceId: id));
            },
            (group, done) =>
            {
                progress.GroupDone(GroupReference.InstanceId(run.RunId, attempt, group), done);
                totals += done;
            });
        return totals;
    }

    private static async Task MergeAsync(TaskOrchestrationContext context, RunReference run, GroupSizing sizing)
    {
        var widths = MergeTree.Widths(sizing.Groups());
        for (var level = 0; level < widths.Count; level++)
        {
            var current = level;
            await BoundedFanOut.RunAsync(
                widths[level],
                sizing.GroupsInFlight,
                node => context.CallActivityAsync(
                    nameof(MergeGroup), new MergeReference(run.RunId, Group: null, current, node), Retries.Activity));
        }
    }
}
