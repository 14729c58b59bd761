namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>The call that a sub-orchestration answers.</summary>
/// <param name="Name">The calling orchestrator.</param>
/// <param name="InstanceId">Its instance.</param>
/// <param name="ExecutionId">The execution of it that made the call.</param>
/// <param name="TaskId">The number of the call.</param>
internal sealed record ParentReference(string Name, string InstanceId, string ExecutionId, int TaskId);
