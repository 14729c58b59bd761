using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Merging;

/// <summary>What became of a merge.</summary>
/// <param name="Computed">Whether it was done now; else its result was there.</param>
public sealed record MergeOutcome(bool Computed)
{
    /// <summary>Why it could not be done.</summary>
    public Failure? Failure { get; init; }
}
