using System.Text.Json.Serialization;

namespace AeServerless.Cli.Api;

/// <summary>A run, as the HTTP API describes it.</summary>
internal sealed record RunView
{
    public required string RunId { get; init; }

    public required string Status { get; init; }

    public string Dataset { get; init; } = "";

    public string Recipe { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public string? Phase { get; init; }

    public int ChunksDone { get; init; }

    public int ChunksTotal { get; init; }

    public long TokensDone { get; init; }

    public double TokensPerSecond { get; init; }

    public RunError? Error { get; init; }

    public RunFigures? Result { get; init; }

    [JsonIgnore]
    public bool IsOver => Status is "completed" or "failed" or "terminated";
}

/// <summary>Why a run failed, or a request was refused.</summary>
internal sealed record RunError(string Subject, string Message)
{
    public override string ToString() => $"{Subject}: {Message}";
}

/// <summary>What a run that is done did.</summary>
internal sealed record RunFigures(int Chunks, int ChunksComputed, int ChunksReused, long Tokens, double TokensPerSecond);
