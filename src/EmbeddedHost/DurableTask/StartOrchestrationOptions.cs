namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>Options of a new orchestration instance.</summary>
/// <param name="InstanceId">The instance id; null for a new one.</param>
/// <param name="StartAt">When it starts; null for at once.</param>
public record StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
{
    /// <summary>The version that the orchestrator sees as its own.</summary>
    public string? Version { get; init; }

    /// <summary>Tags kept with the instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;
}
