using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>What a sub-orchestration tells the orchestration that called it.</summary>
internal static class ParentAnswer
{
    /// <summary>How an instance has ended.</summary>
    public static InstanceMessage.Take Of(InstanceState ended, ParentReference parent, DateTime now) => new(parent.ExecutionId, ended.Status switch
    {
        OrchestrationRuntimeStatus.Completed => new TaskCompleted(now, parent.TaskId, ended.Output),
        OrchestrationRuntimeStatus.Failed => new TaskFailed(
            now, parent.TaskId, ended.Failure ?? Failures.From(Failures.Unknown, "The sub-orchestration failed.")),
        _ => new TaskFailed(now, parent.TaskId, Failures.From(
            Failures.Unknown, $"Sub-orchestration '{ended.Name}' with id '{ended.InstanceId}' was terminated: {ended.Output ?? "no reason was given"}")),
    });

    /// <summary>That it can't be started.</summary>
    public static InstanceMessage.Take Refusal(ParentReference parent, string problem, DateTime now) =>
        new(parent.ExecutionId, new TaskFailed(now, parent.TaskId, Failures.From(typeof(InvalidOperationException).FullName!, problem)));
}
