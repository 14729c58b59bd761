namespace AeServerless.Models.Running;

/// <summary>Neighbours among the sequences of a shard that the model computes together.</summary>
/// <param name="FirstSequence">The first sequence's index in the shard.</param>
/// <param name="Sequences">How many.</param>
/// <param name="FirstRow">The first token's row in the shard.</param>
/// <param name="Tokens">Tokens of all.</param>
internal readonly record struct RunBatch(int FirstSequence, int Sequences, long FirstRow, int Tokens);
