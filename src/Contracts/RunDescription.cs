namespace AeServerless.Contracts;

/// <summary>A run: the answer of GET and DELETE /api/runs/{runId}.</summary>
public sealed record RunDescription
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The status of its orchestration.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The recipe's name; empty where it came inline without one.</summary>
    public required string Recipe { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its orchestration last did something.</summary>
    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>planning, computing, merging, finishing, done or failed.</summary>
    public string? Phase { get; init; }

    /// <summary>Chunks whose results are stored.</summary>
    public int ChunksDone { get; init; }

    /// <summary>Chunks of the run; 0 until it is planned.</summary>
    public int ChunksTotal { get; init; }

    /// <summary>Tokens of the chunks that are done, and of those under way as far as the app that answers knows of them.</summary>
    public long TokensDone { get; init; }

    /// <summary>Tokens of the run; <see langword="null"/> until it is planned.</summary>
    public long? TokensTotal { get; init; }

    /// <summary>Tokens a second since computing began.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>
    /// Seconds until all chunks are done at this pace; <see langword="null"/> where it is not computing, or no pace is known.
    /// </summary>
    public double? SecondsLeft { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Error { get; init; }

    /// <summary>What it did, where it is done.</summary>
    public RunFigures? Result { get; init; }
}
