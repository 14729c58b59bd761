namespace AeServerless.Engine.Datasets;

/// <summary>Consecutive whole sequences of one shard that are computed together.</summary>
/// <param name="ShardIndex">The shard's place in the manifest.</param>
/// <param name="FirstRow">The first token's row in the shard.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="FirstSequence">The first sequence's index in the dataset: sequences of earlier shards count.</param>
/// <param name="SequenceLengths">Tokens of each sequence.</param>
public sealed record ChunkRange(int ShardIndex, long FirstRow, int Tokens, long FirstSequence, IReadOnlyList<int> SequenceLengths);
