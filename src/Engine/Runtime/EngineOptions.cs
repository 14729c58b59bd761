namespace AeServerless.Engine.Runtime;

/// <summary>How a worker computes. None of it changes a bit of the results.</summary>
public sealed record EngineOptions
{
    /// <summary>Threads to use, torch's and ours together. 0, the default, means all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Torch device: <c>cpu</c> (the default) or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Most tokens that a thread computes at once; more where a sequence that has to stay whole is longer. The default is 2,048.</summary>
    public int TileTokens { get; init; } = 2048;

    /// <summary>Bytes of recorded rows held in memory for each thread, those being computed and those being read together. The default is 64 MiB.</summary>
    public long ReadBufferBytes { get; init; } = 64L << 20;
}
