namespace AeServerless.Engine.Results;

/// <summary>What a result covers.</summary>
/// <param name="FirstSequence">Its first sequence, counted over the dataset.</param>
/// <param name="Sequences">Number of sequences.</param>
/// <param name="Tokens">Number of tokens, with those that are not finite.</param>
public sealed record ResultTotals(long FirstSequence, long Sequences, long Tokens);
