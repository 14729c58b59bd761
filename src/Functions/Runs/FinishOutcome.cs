namespace AeServerless.Functions.Runs;

/// <summary>What the last activity of a run gives back: a result, or why there is none.</summary>
/// <param name="Result">The result.</param>
/// <param name="Failure">Why there is none.</param>
public sealed record FinishOutcome(RunResult? Result, Failure? Failure);
