namespace AeServerless.Bench.Scale;

/// <summary>
/// A run over a dataset of any size: the work, the workers, and the limits of what stands between them. Seconds, bytes and tokens.
/// </summary>
public sealed record ScaleInputs
{
    public long Tokens { get; init; } = 1_000_000_000;

    /// <summary>The most GPU replicas there are.</summary>
    public int Workers { get; init; } = 1;

    public int ChunkTokens { get; init; } = 262_144;

    /// <summary>Of one worker, while it computes.</summary>
    public double TokensPerSecond { get; init; } = 50_000;

    /// <summary>What a chunk costs beside its tokens: dispatch, opening blobs, writing results and the commit marker.</summary>
    public double ChunkOverheadSeconds { get; init; } = 1;

    /// <summary>Activations read for a token: width × bytes of the dtype, for each location that the recipe needs.</summary>
    public double BytesPerToken { get; init; } = 4 * 768 * 2;

    /// <summary>Results kept for a token, statistics apart.</summary>
    public double ResultBytesPerToken { get; init; } = 8 * 60;

    /// <summary>One worker's share of the network.</summary>
    public double WorkerBytesPerSecond { get; init; } = 250e6;

    /// <summary>Egress limit of one storage account.</summary>
    public double AccountBytesPerSecond { get; init; } = 120e9 / 8;

    /// <summary>500 on the Consumption SKU, 2,000 for each capacity unit of Dedicated.</summary>
    public double ActionsPerSecond { get; init; } = 500;

    /// <summary>From the decision to add a replica to its first work item: machine, image, host.</summary>
    public double ColdStartSeconds { get; init; } = 150;

    /// <summary>How often the scaler looks.</summary>
    public double PollingSeconds { get; init; } = 30;

    /// <summary>How long an idle replica stays.</summary>
    public double CooldownSeconds { get; init; } = 300;

    /// <summary>Replicas lost for each hour that one runs.</summary>
    public double LossesPerHour { get; init; } = 0.01;

    /// <summary>Until the work item of a lost replica goes to another.</summary>
    public double RedeliverySeconds { get; init; } = 120;

    /// <summary>Merging up to <see cref="MergeFanIn"/> results: reading, adding, writing.</summary>
    public double MergeSeconds { get; init; } = 3;

    /// <summary>Activities that the control app runs at a time: replicas × 4.</summary>
    public int ControlSlots { get; init; } = 16;

    /// <summary>How much one chunk's time differs from another's: standard deviation of its logarithm.</summary>
    public double Jitter { get; init; } = 0.05;

    /// <summary>The same seed, the same prediction.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Groups under way at a time, results merged at once, and chunks of a run: as the app has them.</summary>
    public int GroupsInFlight { get; init; } = 4;

    public int MergeFanIn { get; init; } = 16;

    public int RunChunks { get; init; } = 100_000;

    /// <summary>The setting ChunksInFlight; 0 is two for each worker, as infra/bicep sets it.</summary>
    public int ChunksInFlight { get; init; }

    public long Chunks => (Tokens + ChunkTokens - 1) / ChunkTokens;

    /// <summary>Chunks of a group: small groups in small runs, as the app makes them.</summary>
    public int GroupChunks => Chunks <= 256 ? 16 : 256;

    /// <summary>Chunks under way in each group.</summary>
    public int Window => Math.Max(1, (ChunksInFlight > 0 ? ChunksInFlight : Math.Max(16, 2 * Workers)) / UsedGroups);

    private int UsedGroups => (int)Math.Min(GroupsInFlight, (Chunks + GroupChunks - 1) / GroupChunks);

    /// <summary>Seconds of one chunk on a worker that has the network to itself.</summary>
    public double ChunkSeconds =>
        ChunkOverheadSeconds + Math.Max(ChunkTokens / TokensPerSecond, ChunkTokens * BytesPerToken / WorkerBytesPerSecond);
}
