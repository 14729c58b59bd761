namespace AeServerless.Functions.Chunks;

/// <summary>A chunk of a run.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Group">The group's place in the plan.</param>
/// <param name="Chunk">The chunk's place in the group.</param>
public sealed record ChunkReference(string RunId, int Group, int Chunk);
