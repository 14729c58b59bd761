using AeServerless.Contracts;

namespace AeServerless.Functions.Verification;

/// <summary>What the verification of a part of a run found.</summary>
public sealed record Findings
{
    /// <summary>The most differences that are named.</summary>
    public const int MaxNamed = 20;

    /// <summary>Files that were compared with their hashes.</summary>
    public int Files { get; init; }

    /// <summary>Chunks that were derived again.</summary>
    public int Chunks { get; init; }

    /// <summary>Number of differences.</summary>
    public int DifferenceCount { get; init; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<VerificationDifference> Differences { get; init; } = [];

    /// <summary>Adds what another part found.</summary>
    public static Findings operator +(Findings left, Findings right) => new()
    {
        Files = left.Files + right.Files,
        Chunks = left.Chunks + right.Chunks,
        DifferenceCount = left.DifferenceCount + right.DifferenceCount,
        Differences = [.. left.Differences.Concat(right.Differences).Take(MaxNamed)],
    };

    /// <summary>The findings of one chunk.</summary>
    public static Findings OfChunk(IReadOnlyList<VerificationDifference> differences) =>
        new() { Chunks = 1, DifferenceCount = differences.Count, Differences = [.. differences.Take(MaxNamed)] };

    /// <summary>The findings about the files of a run.</summary>
    public static Findings OfFiles(int files, IReadOnlyList<VerificationDifference> differences) =>
        new() { Files = files, DifferenceCount = differences.Count, Differences = [.. differences.Take(MaxNamed)] };

    /// <summary>The findings as the HTTP API tells them.</summary>
    public VerificationReport ToReport(string runId) => new()
    {
        RunId = runId,
        Files = Files,
        Chunks = Chunks,
        DifferenceCount = DifferenceCount,
        Differences = Differences,
    };
}
