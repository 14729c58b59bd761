using AeServerless.Functions.Chunks;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>What became of a group.</summary>
/// <param name="Computed">Chunks that were computed.</param>
/// <param name="Reused">Chunks whose results were there.</param>
/// <param name="Tokens">Tokens of both.</param>
/// <param name="ComputeSeconds">Seconds of computing, added up over workers.</param>
public sealed record GroupOutcome(int Computed, int Reused, long Tokens, double ComputeSeconds)
{
    /// <summary>Why the group is not whole.</summary>
    public Failure? Failure { get; init; }

    /// <summary>How latents were screened, each format once: int8, bfloat16 or float32.</summary>
    public IReadOnlyList<string> Screenings { get; init; } = [];

    /// <summary>Chunks whose results are stored.</summary>
    public int ChunksDone() => Computed + Reused;

    /// <summary>The outcome with a chunk added.</summary>
    public GroupOutcome Add(ChunkOutcome chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        return chunk.Failure is not null
            ? this with { Failure = Failure ?? chunk.Failure }
            : this with
            {
                Computed = Computed + (chunk.Computed ? 1 : 0),
                Reused = Reused + (chunk.Computed ? 0 : 1),
                Tokens = Tokens + chunk.Tokens,
                ComputeSeconds = ComputeSeconds + chunk.Seconds,
                Screenings = [.. Screenings.Union(chunk.Screenings).Order(StringComparer.Ordinal)],
            };
    }
}
