namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>Options of a call to a sub-orchestration.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    /// <summary>Makes options.</summary>
    /// <param name="retry">How failures are retried; null for not at all.</param>
    /// <param name="instanceId">The instance id; null for one derived from the parent's.</param>
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry) => InstanceId = instanceId;

    /// <summary>Makes options from others.</summary>
    /// <param name="options">The others.</param>
    /// <param name="instanceId">The instance id; null to keep the one of <paramref name="options"/>, if it has one.</param>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        InstanceId = instanceId ?? (options as SubOrchestrationOptions)?.InstanceId;
        Version = (options as SubOrchestrationOptions)?.Version;
    }

    /// <summary>The instance id; null for one derived from the parent's.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The version that the sub-orchestration sees as its own.</summary>
    public string? Version { get; init; }
}
