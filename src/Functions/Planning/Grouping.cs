namespace AeServerless.Functions.Planning;

/// <summary>How chunks are spread over groups. Small runs have small groups, so that progress is seen in each run.</summary>
public static class Grouping
{
    /// <summary>The most chunks of a group: what keeps a group's history short.</summary>
    public const int MaxChunks = 256;

    private const int SmallChunks = 16;
    private const int MaxGroupsInFlight = 4;

    /// <summary>Decides group size and windows.</summary>
    /// <param name="chunks">Chunks of the run, at least 1.</param>
    /// <param name="tokens">Tokens of the run.</param>
    /// <param name="chunksInFlight">The most chunks in flight over all groups, at least 1.</param>
    public static PlanOutcome Decide(int chunks, long tokens, int chunksInFlight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunksInFlight, 1);
        var size = chunks <= MaxChunks ? SmallChunks : MaxChunks;
        var groups = (chunks + size - 1) / size;

        // Several groups at a time: while one merges or waits for its last chunk, the others keep the workers busy.
        var groupsInFlight = Math.Min(Math.Min(groups, MaxGroupsInFlight), chunksInFlight);
        return new PlanOutcome(chunks, tokens, size, groupsInFlight, chunksInFlight / groupsInFlight);
    }
}
