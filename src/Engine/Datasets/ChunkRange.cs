namespace AeServerless.Engine.Datasets;

/// <summary>Whole sequences of one shard that are computed together.</summary>
/// <param name="ShardIndex">The shard's place in the manifest.</param>
/// <param name="FirstRow">First token of the range, counted from the shard's first.</param>
/// <param name="Tokens">Tokens in the range.</param>
/// <param name="FirstSequence">First sequence of the range, counted over the whole dataset.</param>
/// <param name="SequenceLengths">Tokens of each sequence in the range.</param>
public sealed record ChunkRange(int ShardIndex, long FirstRow, int Tokens, long FirstSequence, IReadOnlyList<int> SequenceLengths);
