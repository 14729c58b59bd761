namespace AeServerless.Functions.Planning;

/// <summary>How a run's chunks are spread over groups: all that its orchestration has to know of the plan, which is a blob.</summary>
/// <param name="Chunks">Chunks of the run.</param>
/// <param name="Tokens">Tokens of the run.</param>
/// <param name="GroupChunks">Chunks of a group; the last group may have fewer.</param>
/// <param name="GroupsInFlight">Groups under way at a time.</param>
/// <param name="GroupWindow">Chunks of a group in flight at a time.</param>
public sealed record GroupSizing(int Chunks, long Tokens, int GroupChunks, int GroupsInFlight, int GroupWindow)
{
    /// <summary>The most chunks of a group: what keeps a group's history short.</summary>
    public const int MaxChunks = 256;

    // Small runs have small groups, so that progress is seen in each run.
    private const int SmallRunGroupChunks = 16;
    private const int MaxGroupsInFlight = 4;

    /// <summary>Decides group size and windows.</summary>
    /// <param name="chunks">Chunks of the run, at least 1.</param>
    /// <param name="tokens">Tokens of the run.</param>
    /// <param name="chunksInFlight">The most chunks in flight over all groups, at least 1.</param>
    public static GroupSizing Decide(int chunks, long tokens, int chunksInFlight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunksInFlight, 1);
        var size = chunks <= MaxChunks ? SmallRunGroupChunks : MaxChunks;
        var groups = (chunks + size - 1) / size;

        // Several groups at a time: while one merges or waits for its last chunk, the others keep the workers busy.
        var groupsInFlight = Math.Min(Math.Min(groups, MaxGroupsInFlight), chunksInFlight);
        return new GroupSizing(chunks, tokens, size, groupsInFlight, chunksInFlight / groupsInFlight);
    }

    /// <summary>Groups of the run.</summary>
    public int Groups() => (Chunks + GroupChunks - 1) / GroupChunks;

    /// <summary>Chunks of one group.</summary>
    public int ChunksOf(int group) => Math.Min(GroupChunks, Chunks - (group * GroupChunks));
}
