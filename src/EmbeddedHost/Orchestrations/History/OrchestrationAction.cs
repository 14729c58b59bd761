using System.Globalization;
using System.Text.Json.Serialization;

namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>Something that an orchestrator asked for.</summary>
/// <param name="Id">Its number in the execution, from 0.</param>
[JsonDerivedType(typeof(ScheduleActivity), "activity")]
[JsonDerivedType(typeof(CreateTimer), "timer")]
[JsonDerivedType(typeof(CallSubOrchestration), "sub")]
internal abstract record OrchestrationAction(int Id)
{
    /// <summary>Whether a replay that asks for <paramref name="other"/> follows the history that has this.</summary>
    public abstract bool Matches(OrchestrationAction other);

    /// <summary>The action in words, for messages.</summary>
    public abstract string Describe();
}

internal sealed record ScheduleActivity(int Id, string Name, string? Input) : OrchestrationAction(Id)
{
    public override bool Matches(OrchestrationAction other) =>
        other is ScheduleActivity activity && activity.Id == Id && string.Equals(activity.Name, Name, StringComparison.OrdinalIgnoreCase);

    public override string Describe() => $"activity '{Name}' (#{Id})";
}

internal sealed record CreateTimer(int Id, DateTime FireAt) : OrchestrationAction(Id)
{
    public override bool Matches(OrchestrationAction other) => other is CreateTimer timer && timer.Id == Id && timer.FireAt == FireAt;

    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"timer (#{Id}) for {FireAt:O}");
}

internal sealed record CallSubOrchestration(int Id, string Name, string InstanceId, string? Input, string? Version) : OrchestrationAction(Id)
{
    public override bool Matches(OrchestrationAction other) =>
        other is CallSubOrchestration call && call.Id == Id && call.InstanceId == InstanceId
        && string.Equals(call.Name, Name, StringComparison.OrdinalIgnoreCase);

    public override string Describe() => $"sub-orchestration '{Name}' with id '{InstanceId}' (#{Id})";
}
