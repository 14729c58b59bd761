using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>What a turn led to.</summary>
/// <param name="Actions">What the orchestrator asked for.</param>
/// <param name="CancelledTimers">Timers that it gave up.</param>
/// <param name="CustomStatus">Its custom status as JSON; null if it has not set one.</param>
/// <param name="Outcome">How it ended; null if it waits.</param>
internal sealed record TurnResult(
    IReadOnlyList<OrchestrationAction> Actions,
    IReadOnlyList<int> CancelledTimers,
    string? CustomStatus,
    ExecutionOutcome? Outcome);
