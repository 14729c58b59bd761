using System.Text.Json.Serialization;
using AeServerless.EmbeddedHost.DurableTask;

namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>Something that came in for an orchestration: its start, a result, a timer, an event, a command.</summary>
/// <param name="Timestamp">When it was accepted (UTC).</param>
[JsonDerivedType(typeof(ExecutionStarted), "started")]
[JsonDerivedType(typeof(TaskCompleted), "completed")]
[JsonDerivedType(typeof(TaskFailed), "failed")]
[JsonDerivedType(typeof(TimerFired), "timer")]
[JsonDerivedType(typeof(EventRaised), "event")]
[JsonDerivedType(typeof(ExecutionSuspended), "suspended")]
[JsonDerivedType(typeof(ExecutionResumed), "resumed")]
[JsonDerivedType(typeof(ExecutionTerminated), "terminated")]
internal abstract record Arrival(DateTime Timestamp)
{
    /// <summary>The action that this answers; null if it answers none.</summary>
    [JsonIgnore]
    public virtual int? Answers => null;
}

internal sealed record ExecutionStarted(
    DateTime Timestamp,
    string Name,
    string? Input,
    ParentReference? Parent = null,
    string? Version = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    DateTime? StartAt = null,
    string? TraceParent = null) : Arrival(Timestamp);

internal sealed record TaskCompleted(DateTime Timestamp, int TaskId, string? Result) : Arrival(Timestamp)
{
    public override int? Answers => TaskId;
}

internal sealed record TaskFailed(DateTime Timestamp, int TaskId, TaskFailureDetails Failure) : Arrival(Timestamp)
{
    public override int? Answers => TaskId;
}

internal sealed record TimerFired(DateTime Timestamp, int TimerId) : Arrival(Timestamp)
{
    public override int? Answers => TimerId;
}

internal sealed record EventRaised(DateTime Timestamp, string Name, string? Input) : Arrival(Timestamp);

internal sealed record ExecutionSuspended(DateTime Timestamp, string? Reason) : Arrival(Timestamp);

internal sealed record ExecutionResumed(DateTime Timestamp, string? Reason) : Arrival(Timestamp);

internal sealed record ExecutionTerminated(DateTime Timestamp, string? Output, bool Recursive) : Arrival(Timestamp);
