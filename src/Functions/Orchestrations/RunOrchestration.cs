using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>A run from plan to provenance. It only decides: everything that touches storage or time is an activity's.</summary>
public static class RunOrchestration
{
    /// <summary>Plans, computes the groups, merges their results and finishes.</summary>
    [Function(nameof(RunOrchestration))]
    public static async Task<RunResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, RunReference run)
    {
        ArgumentNullException.ThrowIfNull(context);
        var state = new RunState(context);
        try
        {
            var plan = await context.CallActivityAsync<PlanOutcome>(nameof(PlanRun), run, Retries.Activity);
            state.Require(plan.Failure);
            state.Planned(plan);

            var totals = await ComputeAsync(context, run, plan, state);
            state.Enter("merging");
            await MergeAsync(context, run, plan, state);

            state.Enter("finishing");
            var finish = new FinishRequest(run.RunId, state.StartedAt, state.ComputedAt, context.CurrentUtcDateTime, totals);
            var result = await context.CallActivityAsync<FinishOutcome>(nameof(FinishRun), finish, Retries.Activity);
            state.Require(result.Failure);
            state.Enter("done");
            return result.Result!;
        }
        catch (TaskFailedException error)
        {
            throw state.Fail(Failure.Of(error));
        }
    }

    private static async Task<RunTotals> ComputeAsync(TaskOrchestrationContext context, RunReference run, PlanOutcome plan, RunState state)
    {
        // A run that is started again has the same id: its groups must not meet those of the attempt before.
        var attempt = context.NewGuid().ToString("N")[..8];
        var totals = new RunTotals();
        Failure? failure = null;
        await Window.RunAsync(
            plan.Groups(),
            plan.GroupsInFlight,
            group =>
            {
                var id = GroupReference.InstanceId(run.RunId, attempt, group);
                state.GroupStarted(id);
                var input = new GroupReference(run.RunId, group, plan.ChunksOf(group), plan.GroupWindow);
                return context.CallSubOrchestratorAsync<GroupOutcome>(nameof(ChunkGroupOrchestration), input, new SubOrchestrationOptions(instanceId: id));
            },
            (group, outcome) =>
            {
                state.GroupDone(GroupReference.InstanceId(run.RunId, attempt, group), outcome);
                totals = totals.Add(outcome);
                failure ??= outcome.Failure;
                return failure is null;
            });
        state.Require(failure);
        return totals;
    }

    private static async Task MergeAsync(TaskOrchestrationContext context, RunReference run, PlanOutcome plan, RunState state)
    {
        var widths = MergeTree.Widths(plan.Groups());
        for (var level = 0; level < widths.Count; level++)
        {
            Failure? failure = null;
            var at = level;
            await Window.RunAsync(
                widths[level],
                plan.GroupsInFlight,
                node => context.CallActivityAsync<MergeOutcome>(nameof(MergeGroup), new MergeReference(run.RunId, null, at, node), Retries.Activity),
                (_, outcome) => (failure ??= outcome.Failure) is null);
            state.Require(failure);
        }
    }
}
