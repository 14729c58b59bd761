using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>The row that stands for an instance.</summary>
internal sealed record InstanceState(string InstanceId, string ExecutionId, string Name)
{
    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>When it is to start; null for at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>History pages of this execution.</summary>
    public int Pages { get; init; }

    public ParentReference? Parent { get; init; }

    public string? Version { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public string? TraceParent { get; init; }

    public string? CustomStatus { get; init; }

    /// <summary>Written with the first commit of an execution; not read back unless asked for.</summary>
    public string? Input { get; init; }

    public string? Output { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public bool IsCompleted =>
        Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
}
