namespace AeServerless.Functions.Planning;

/// <summary>What is left to do of a group when it begins.</summary>
/// <param name="Missing">The chunks to compute, by their place in the group.</param>
/// <param name="Reused">Chunks whose results are stored.</param>
/// <param name="ReusedTokens">Their tokens.</param>
/// <param name="Merged">Whether the merge of the whole group is stored too, so that nothing is left to do.</param>
public sealed record GroupStart(IReadOnlyList<int> Missing, int Reused, long ReusedTokens, bool Merged);
