using AeServerless.Engine.Planning;
using AeServerless.Engine.Sources;

namespace AeServerless.Functions.Runs;

/// <summary>Where a value of a run comes from, as its documents say it.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Source"><c>recorded</c>, <c>derived</c>, or <c>run</c> where the model computes it of tokens.</param>
/// <param name="Reason">The tensor it is read from, or what it is derived from and why.</param>
public sealed record ValueSource(string Value, string Source, string Reason)
{
    /// <summary>The source of what the model computes of tokens.</summary>
    public const string Run = "run";

    /// <summary>The engine's decision in words.</summary>
    public static ValueSource From(SourceDecision decision, DerivationPlan plan) => new(
        decision.Value,
        !decision.Recorded ? "derived" : plan.Runs.Contains(decision.Reason) ? Run : "recorded",
        decision.Reason);
}
