namespace AeServerless.Functions.Chunks;

/// <summary>A chunk of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Group">The group's place in the plan.</param>
/// <param name="Chunk">The chunk's place in the group.</param>
/// <param name="Verify">Whether to derive the stored result again and compare, in the place of storing one.</param>
public sealed record ChunkReference(string RunId, int Group, int Chunk, bool Verify = false);
