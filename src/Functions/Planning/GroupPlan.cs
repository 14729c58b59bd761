using AeServerless.Functions.Merging;

namespace AeServerless.Functions.Planning;

/// <summary>The chunks of one group of a run.</summary>
/// <param name="Chunks">The chunks in order.</param>
public sealed record GroupPlan(IReadOnlyList<PlannedChunk> Chunks)
{
    /// <summary>The stored results of the chunks, in order.</summary>
    public IReadOnlyList<ResultPart> Results() => [.. Chunks.Select(chunk => new ResultPart(ResultKind.Chunk, chunk.Key))];
}
