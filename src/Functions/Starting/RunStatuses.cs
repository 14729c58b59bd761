using AeServerless.Contracts;

namespace AeServerless.Functions.Starting;

/// <summary>Durable's statuses as the HTTP API names them.</summary>
public static class RunStatuses
{
    /// <summary>The status as the HTTP API has it. What Durable has beyond those, this app's orchestrations never come to.</summary>
    public static RunStatus ToContract(this OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => RunStatus.Pending,
        OrchestrationRuntimeStatus.Suspended => RunStatus.Suspended,
        OrchestrationRuntimeStatus.Completed => RunStatus.Completed,
        OrchestrationRuntimeStatus.Failed => RunStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => RunStatus.Terminated,
        _ => RunStatus.Running,
    };

    /// <summary>The status as Durable has it.</summary>
    public static OrchestrationRuntimeStatus ToDurable(this RunStatus status) => status switch
    {
        RunStatus.Pending => OrchestrationRuntimeStatus.Pending,
        RunStatus.Suspended => OrchestrationRuntimeStatus.Suspended,
        RunStatus.Completed => OrchestrationRuntimeStatus.Completed,
        RunStatus.Failed => OrchestrationRuntimeStatus.Failed,
        RunStatus.Terminated => OrchestrationRuntimeStatus.Terminated,
        _ => OrchestrationRuntimeStatus.Running,
    };
}
