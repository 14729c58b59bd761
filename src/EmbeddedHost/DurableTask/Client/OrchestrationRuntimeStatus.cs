namespace AeServerless.EmbeddedHost.DurableTask.Client;

/// <summary>Where an orchestration instance stands.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>It has begun.</summary>
    Running = 0,

    /// <summary>It returned.</summary>
    Completed = 1,

    /// <summary>Its orchestrator threw.</summary>
    Failed = 3,

    /// <summary>It was terminated.</summary>
    Terminated = 5,

    /// <summary>It has not begun yet.</summary>
    Pending = 6,

    /// <summary>It is suspended.</summary>
    Suspended = 7,
}
