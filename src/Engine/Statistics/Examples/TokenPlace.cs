namespace AeServerless.Engine.Statistics.Examples;

/// <summary>The position of a token in a dataset.</summary>
/// <param name="Sequence">Index of its sequence in what the statistics are of, from 0.</param>
/// <param name="Position">Its position in the sequence, from 0.</param>
/// <param name="Token">The token's id, or −1 where it is not known.</param>
public readonly record struct TokenPlace(long Sequence, int Position, int Token);
