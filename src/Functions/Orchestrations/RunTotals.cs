namespace AeServerless.Functions.Orchestrations;

/// <summary>What the groups of a run did, added up.</summary>
public sealed record RunTotals
{
    /// <summary>Chunks that were computed.</summary>
    public int Computed { get; init; }

    /// <summary>Chunks whose results were there.</summary>
    public int Reused { get; init; }

    /// <summary>Tokens of both.</summary>
    public long Tokens { get; init; }

    /// <summary>Seconds of computing, added up over workers.</summary>
    public double ComputeSeconds { get; init; }

    /// <summary>How latents were screened, each format once: int8, bfloat16 or float32.</summary>
    public IReadOnlyList<string> Screenings { get; init; } = [];

    /// <summary>The totals with a group added.</summary>
    public RunTotals Add(GroupOutcome group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return new RunTotals
        {
            Computed = Computed + group.Computed,
            Reused = Reused + group.Reused,
            Tokens = Tokens + group.Tokens,
            ComputeSeconds = ComputeSeconds + group.ComputeSeconds,
            Screenings = [.. Screenings.Union(group.Screenings).Order(StringComparer.Ordinal)],
        };
    }
}
