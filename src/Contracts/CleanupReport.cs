using System.Text.Json.Serialization;

namespace AeServerless.Contracts;

/// <summary>What a cleanup removed, or would remove.</summary>
public sealed record CleanupReport
{
    /// <summary>Whether it was removed.</summary>
    [JsonPropertyName("applied")]
    public bool Applied { get; init; }

    /// <summary>Runs that are kept or in flight.</summary>
    [JsonPropertyName("keptRuns")]
    public int KeptRuns { get; init; }

    /// <summary>Runs that are not kept.</summary>
    [JsonPropertyName("removedRuns")]
    public int RemovedRuns { get; init; }

    /// <summary>Results of chunks and merges that a run needs.</summary>
    [JsonPropertyName("keptResults")]
    public int KeptResults { get; init; }

    /// <summary>Results of chunks and merges that none needs.</summary>
    [JsonPropertyName("removedResults")]
    public int RemovedResults { get; init; }

    /// <summary>Bytes of what is removed.</summary>
    [JsonPropertyName("removedBytes")]
    public long RemovedBytes { get; init; }

    /// <summary>What is removed, the results used longest ago first: at most 50 names.</summary>
    [JsonPropertyName("removed")]
    public IReadOnlyList<string> Removed { get; init; } = [];
}
