using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>What is there of a group when it begins.</summary>
/// <param name="Missing">The chunks to compute, by their place in the group.</param>
/// <param name="Reused">Chunks whose results are there.</param>
/// <param name="ReusedTokens">Their tokens.</param>
/// <param name="Merged">Whether the merge of the whole group is there, so that nothing is left to do.</param>
public sealed record GroupStart(IReadOnlyList<int> Missing, int Reused, long ReusedTokens, bool Merged)
{
    /// <summary>Why the group can't begin.</summary>
    public Failure? Failure { get; init; }
}
