using AeServerless.Functions.Results;

namespace AeServerless.Functions.Runs;

/// <summary>The chunks of one group of a run: <c>groups/00000.json</c>.</summary>
/// <param name="Chunks">The chunks in order.</param>
public sealed record ChunkGroup(IReadOnlyList<PlannedChunk> Chunks)
{
    /// <summary>Where the results of the chunks are stored, in order.</summary>
    public IReadOnlyList<ResultAddress> Results() => [.. Chunks.Select(chunk => new ResultAddress(ResultKind.Chunk, chunk.Key))];
}
