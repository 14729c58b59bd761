using System.Text.Json.Serialization;

namespace AeServerless.Functions.Runs;

/// <summary>How far a group has come: the custom status of its orchestration.</summary>
/// <param name="ChunksDone">Chunks whose results are stored.</param>
/// <param name="ChunksTotal">Chunks of the group.</param>
/// <param name="TokensDone">Tokens of the chunks that are done.</param>
public sealed record GroupProgress(
    [property: JsonPropertyName("chunksDone")] int ChunksDone,
    [property: JsonPropertyName("chunksTotal")] int ChunksTotal,
    [property: JsonPropertyName("tokensDone")] long TokensDone);
