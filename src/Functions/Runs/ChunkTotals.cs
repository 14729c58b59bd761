namespace AeServerless.Functions.Runs;

/// <summary>What was done: by one chunk, or added up over a group's chunks or a run's groups.</summary>
public sealed record ChunkTotals
{
    /// <summary>Chunks that were computed.</summary>
    public int Computed { get; init; }

    /// <summary>Chunks whose results were stored before.</summary>
    public int Reused { get; init; }

    /// <summary>Tokens of both.</summary>
    public long Tokens { get; init; }

    /// <summary>Seconds of computing, added up over workers.</summary>
    public double ComputeSeconds { get; init; }

    /// <summary>How latents were screened, each format once: int8, bfloat16 or float32.</summary>
    public IReadOnlyList<string> Screenings { get; init; } = [];

    /// <summary>Adds what was done elsewhere.</summary>
    public static ChunkTotals operator +(ChunkTotals left, ChunkTotals right) => new()
    {
        Computed = left.Computed + right.Computed,
        Reused = left.Reused + right.Reused,
        Tokens = left.Tokens + right.Tokens,
        ComputeSeconds = left.ComputeSeconds + right.ComputeSeconds,
        Screenings = [.. left.Screenings.Union(right.Screenings).Order(StringComparer.Ordinal)],
    };

    /// <summary>Chunks whose results are stored.</summary>
    public int Stored() => Computed + Reused;
}
