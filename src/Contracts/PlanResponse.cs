namespace AeServerless.Contracts;

/// <summary>What a run would read, compute and write: the answer of POST /api/plan, which starts nothing.</summary>
/// <param name="Facts">The facts, in the order in which <c>ae plan</c> prints them.</param>
public sealed record PlanResponse(IReadOnlyList<PlanFact> Facts);
