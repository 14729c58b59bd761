using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Finishing;

/// <summary>A chunk in a run's provenance.</summary>
/// <param name="Key">The key of its result.</param>
/// <param name="Shard">Path of its shard.</param>
/// <param name="FirstRow">The first token's row in the shard.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="FirstSequence">The first sequence's index in the dataset.</param>
/// <param name="Sequences">Number of sequences.</param>
/// <param name="Reused">Whether its result was there.</param>
/// <param name="Because">Why it was computed, where it was.</param>
public sealed record ChunkRecord(
    string Key, string Shard, long FirstRow, int Tokens, long FirstSequence, int Sequences, bool Reused, string? Because)
{
    internal static ChunkRecord Of(PlannedChunk chunk, bool reused, ChunkReasons reasons) => new(
        chunk.Key,
        reasons.Shard(chunk.Range),
        chunk.Range.FirstRow,
        chunk.Range.Tokens,
        chunk.Range.FirstSequence,
        chunk.Range.Sequences,
        reused,
        reused ? null : reasons.Of(chunk.Range));
}
