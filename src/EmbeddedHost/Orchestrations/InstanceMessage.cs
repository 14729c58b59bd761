using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>Something for a runner to do.</summary>
/// <param name="Done">Ends when what the message led to is stored; null if nobody waits for that.</param>
internal abstract record InstanceMessage(TaskCompletionSource? Done)
{
    /// <summary>Start an execution.</summary>
    public sealed record Start(ExecutionStarted Started, TaskCompletionSource? Done = null) : InstanceMessage(Done);

    /// <summary>Take something in, for one execution or, where that is null, for whichever is there.</summary>
    public sealed record Take(string? ExecutionId, Arrival Arrival, TaskCompletionSource? Done = null) : InstanceMessage(Done);

    /// <summary>Go on with what storage has.</summary>
    public sealed record Wake() : InstanceMessage((TaskCompletionSource?)null);

    /// <summary>The orchestrator's code left its thread.</summary>
    public sealed record Strayed(string ExecutionId) : InstanceMessage((TaskCompletionSource?)null);

    /// <summary>Remove the instance if it has ended.</summary>
    public sealed record Purge(TaskCompletionSource<bool> Purged) : InstanceMessage((TaskCompletionSource?)null);
}
