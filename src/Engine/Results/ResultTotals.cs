namespace AeServerless.Engine.Results;

/// <summary>What a result covers.</summary>
/// <param name="Sequences">Number of sequences.</param>
/// <param name="Tokens">Number of tokens, with those that are not finite.</param>
public sealed record ResultTotals(long Sequences, long Tokens);
