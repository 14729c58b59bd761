using AeServerless.Functions.Runs;
using AeServerless.Functions.Verification;

namespace AeServerless.Functions.Chunks;

/// <summary>What became of a chunk.</summary>
/// <param name="Computed">Whether it was computed now; else its result was there.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Seconds">Seconds that computing took.</param>
public sealed record ChunkOutcome(bool Computed, int Tokens, double Seconds)
{
    /// <summary>Why it can't be computed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>How latents were screened, each format once: int8, bfloat16 or float32.</summary>
    public IReadOnlyList<string> Screenings { get; init; } = [];

    /// <summary>What of the stored result is different, where it was to be verified.</summary>
    public IReadOnlyList<VerifyDifference> Differences { get; init; } = [];
}
