using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>What became of the comparison of a run's files.</summary>
/// <param name="Files">Files that were compared.</param>
/// <param name="DifferenceCount">Number of files that are different.</param>
/// <param name="Differences">The first of them.</param>
public sealed record FileOutcome(int Files, int DifferenceCount, IReadOnlyList<VerifyDifference> Differences)
{
    /// <summary>Why they can't be compared.</summary>
    public Failure? Failure { get; init; }
}
