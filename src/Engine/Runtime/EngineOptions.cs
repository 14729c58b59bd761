namespace AeServerless.Engine.Runtime;

/// <summary>How a worker computes. None of it changes a bit of the results.</summary>
public sealed record EngineOptions
{
    // Of a window, for each thread.
    private const long LeastReadBytes = 16L << 20;

    /// <summary>Threads to use, torch's and ours together. 0, the default, means all cores.</summary>
    public int Threads { get; init; }

    /// <summary>What latents are encoded on. The default is the processor.</summary>
    public EngineDevice Device { get; init; } = EngineDevice.Cpu;

    /// <summary>A folder that keeps what was measured of this machine. The default, none: each process measures.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Most tokens that a thread computes at once; more where a sequence that has to stay whole is longer.</summary>
    internal int TileTokens { get; init; } = 2048;

    /// <summary>Most bytes of recorded rows in memory for each thread, those being computed and those being read together.</summary>
    internal long ReadBufferBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of rows that are read at once: a tile for each thread, of small rows more, so that a read is worth it.</summary>
    /// <param name="threads">Threads that compute tiles.</param>
    /// <param name="rowBytes">Bytes of a token's rows.</param>
    internal long WindowBytes(int threads, long rowBytes) =>
        threads * Math.Min(ReadBufferBytes / 2, Math.Max(LeastReadBytes, TileTokens * rowBytes));
}
