using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Planning;

/// <summary>What the orchestration has to know of a plan; the plan itself is a blob.</summary>
/// <param name="Chunks">Chunks of the run.</param>
/// <param name="Tokens">Tokens of the run.</param>
/// <param name="GroupChunks">Chunks of a group; the last group may have fewer.</param>
/// <param name="GroupsInFlight">Groups under way at a time.</param>
/// <param name="GroupWindow">Chunks of a group in flight at a time.</param>
public sealed record PlanOutcome(int Chunks, long Tokens, int GroupChunks, int GroupsInFlight, int GroupWindow)
{
    /// <summary>Why there is no plan.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Groups of the run.</summary>
    public int Groups() => (Chunks + GroupChunks - 1) / GroupChunks;

    /// <summary>Chunks of one group.</summary>
    public int ChunksOf(int group) => Math.Min(GroupChunks, Chunks - group * GroupChunks);
}
