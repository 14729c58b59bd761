using System.Text.Json.Serialization;

namespace AeServerless.Contracts;

/// <summary>What a verification of a run found.</summary>
public sealed record VerificationReport
{
    /// <summary>The run's id.</summary>
    [JsonPropertyName("runId")]
    public required string RunId { get; init; }

    /// <summary>Files whose hashes were compared with <c>run.json</c>.</summary>
    [JsonPropertyName("files")]
    public int Files { get; init; }

    /// <summary>Chunks that were derived again and compared byte for byte.</summary>
    [JsonPropertyName("chunks")]
    public int Chunks { get; init; }

    /// <summary>Number of differences.</summary>
    [JsonPropertyName("differenceCount")]
    public int DifferenceCount { get; init; }

    /// <summary>The first differences; at most 20.</summary>
    [JsonPropertyName("differences")]
    public IReadOnlyList<VerificationDifference> Differences { get; init; } = [];

    /// <summary>Why the run could not be verified.</summary>
    [JsonPropertyName("error")]
    public Failure? Error { get; init; }
}
