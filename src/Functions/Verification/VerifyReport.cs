using System.Text.Json.Serialization;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>What a verification found.</summary>
public sealed record VerifyReport
{
    /// <summary>The most differences that are named.</summary>
    public const int MaxNamed = 20;

    /// <summary>The run.</summary>
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

    /// <summary>The differences; at most 20.</summary>
    [JsonPropertyName("differences")]
    public IReadOnlyList<VerifyDifference> Differences { get; init; } = [];

    /// <summary>Why it could not be done.</summary>
    [JsonPropertyName("error")]
    public Failure? Error { get; init; }

    /// <summary>The report with what a part found.</summary>
    /// <param name="files">Files that were compared.</param>
    /// <param name="chunks">Chunks that were compared.</param>
    /// <param name="count">Number of differences.</param>
    /// <param name="differences">The first of them.</param>
    public VerifyReport Add(int files, int chunks, int count, IReadOnlyList<VerifyDifference> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return this with
        {
            Files = Files + files,
            Chunks = Chunks + chunks,
            DifferenceCount = DifferenceCount + count,
            Differences = [.. Differences.Concat(differences).Take(MaxNamed)],
        };
    }
}
