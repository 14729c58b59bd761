using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>How an execution ended.</summary>
internal abstract record ExecutionOutcome
{
    public sealed record Completed(string? Output) : ExecutionOutcome;

    public sealed record Failed(TaskFailureDetails Failure) : ExecutionOutcome;

    public sealed record ContinuedAsNew(string? Input, IReadOnlyList<EventRaised> Carried) : ExecutionOutcome;
}
