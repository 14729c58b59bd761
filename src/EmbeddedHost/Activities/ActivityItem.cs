using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Activities;

/// <summary>An activity to be run.</summary>
/// <param name="InstanceId">The instance that asked for it.</param>
/// <param name="Token">The execution that asked for it.</param>
/// <param name="Action">What it asked for.</param>
/// <param name="TraceParent">The trace that it belongs to.</param>
internal sealed record ActivityItem(string InstanceId, ExecutionToken Token, ScheduleActivity Action, string? TraceParent);
