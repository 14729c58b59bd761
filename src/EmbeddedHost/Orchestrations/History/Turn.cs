namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>One run of the orchestrator's code over what had arrived since the turn before.</summary>
/// <param name="Timestamp">What <c>CurrentUtcDateTime</c> was.</param>
/// <param name="Actions">What it asked for, in order.</param>
internal sealed record Turn(DateTime Timestamp, IReadOnlyList<OrchestrationAction> Actions);
