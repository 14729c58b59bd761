namespace AeServerless.Functions.Runs;

/// <summary>The rows of a chunk, without the lengths of its sequences: the shard has them.</summary>
/// <param name="Shard">The shard's place in the manifest.</param>
/// <param name="FirstRow">The first token's row in the shard.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="FirstSequence">The first sequence's index in the dataset.</param>
/// <param name="SequenceOffset">The first sequence's index in the shard.</param>
/// <param name="Sequences">Number of sequences.</param>
public sealed record PlannedRange(int Shard, long FirstRow, int Tokens, long FirstSequence, int SequenceOffset, int Sequences);
