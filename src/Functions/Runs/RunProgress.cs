using System.Text.Json.Serialization;
using AeServerless.Contracts;

namespace AeServerless.Functions.Runs;

/// <summary>How far a run has come: the custom status of its orchestration.</summary>
public sealed record RunProgress
{
    /// <summary>planning, computing, merging, finishing, done or failed.</summary>
    [JsonPropertyName("phase")]
    public string Phase { get; init; } = RunPhases.Planning;

    /// <summary>Chunks whose results are stored.</summary>
    [JsonPropertyName("chunksDone")]
    public int ChunksDone { get; init; }

    /// <summary>Chunks of the run; 0 until it is planned.</summary>
    [JsonPropertyName("chunksTotal")]
    public int ChunksTotal { get; init; }

    /// <summary>Tokens of the chunks that are done.</summary>
    [JsonPropertyName("tokensDone")]
    public long TokensDone { get; init; }

    /// <summary>Tokens of the run; 0 until it is planned.</summary>
    [JsonPropertyName("tokensTotal")]
    public long TokensTotal { get; init; }

    /// <summary>Tokens a second since computing began.</summary>
    [JsonPropertyName("tokensPerSecond")]
    public double TokensPerSecond { get; init; }

    /// <summary>When computing began.</summary>
    [JsonPropertyName("computingSince")]
    public DateTime? ComputingSince { get; init; }

    /// <summary>
    /// Instance ids of the groups under way, or that failed: their own custom statuses count what is not in <see cref="ChunksDone"/>.
    /// </summary>
    [JsonPropertyName("groups")]
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Why the run failed.</summary>
    [JsonPropertyName("error")]
    public Failure? Error { get; init; }

    /// <summary>Seconds until all tokens are done at the pace so far; <see langword="null"/> where that is not known.</summary>
    public double? SecondsLeft() => Phase == RunPhases.Computing && TokensPerSecond > 0 && TokensTotal > 0
        ? Math.Round(Math.Max(0, TokensTotal - TokensDone) / TokensPerSecond, 1)
        : null;

    /// <summary>The progress with chunks added, at a moment.</summary>
    public RunProgress Add(int chunks, long tokens, DateTime now)
    {
        var seconds = ComputingSince is { } since ? (now - since).TotalSeconds : 0;
        var done = TokensDone + tokens;
        return this with
        {
            ChunksDone = ChunksDone + chunks,
            TokensDone = done,
            TokensPerSecond = seconds > 0 ? Math.Round(done / seconds, 1) : 0,
        };
    }
}
