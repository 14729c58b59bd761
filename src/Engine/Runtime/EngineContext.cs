using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.IO;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Runtime;

/// <summary>
/// What the computations and merges of a worker share: threads, memory for reuse, and what was measured of this machine. Create one, and
/// dispose it after all that uses it. Threads are started, and costs measured, when they are first needed.
/// </summary>
public sealed class EngineContext : IDisposable
{
    private const long LeastGivenBack = 64 << 20;

    private readonly Lazy<ThreadTeam> _team;
    private readonly Lazy<ThreadTeam> _sources;

    /// <summary>Creates a context.</summary>
    /// <param name="options">How to compute.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is negative.</exception>
    public EngineContext(EngineOptions options)
        : this(options, new ScreeningCostTable(options?.CacheFolder is { } folder ? new ScreeningCache(folder) : null))
    {
    }

    /// <summary>Creates a context that shares what was measured.</summary>
    internal EngineContext(EngineOptions options, ScreeningCostTable costs)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TileTokens, 1, nameof(options));
        NativeHeap.KeepLess();
        Options = options;
        Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        _team = new Lazy<ThreadTeam>(() => new ThreadTeam(Threads));
        _sources = new Lazy<ThreadTeam>(() => new ThreadTeam(Threads));
        ScreeningCosts = costs;
    }

    /// <summary>How it computes.</summary>
    public EngineOptions Options { get; }

    /// <summary>Number of threads that compute.</summary>
    public int Threads { get; }

    /// <summary>What screening costs on this machine.</summary>
    public ScreeningCostTable ScreeningCosts { get; }

    /// <summary>
    /// As many threads again, for what the engine's own threads wait for, such as the model that computes the rows of tiles: on the same
    /// threads it would wait for itself.
    /// </summary>
    public ThreadTeam SourceTeam => _sources.Value;

    internal ThreadTeam Team => _team.Value;

    /// <summary>Taken while values that wait become a part of a chunk's statistics.</summary>
    internal SemaphoreSlim PartsTurn { get; } = new(1);

    /// <summary>
    /// Gives memory that waits for the next chunk back to the system, where there is so much of it that this is worth a collection: other
    /// work needs as much.
    /// </summary>
    public void GiveBack()
    {
        if (MemoryBlocks.Drop() >= LeastGivenBack)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    /// <summary>Stops the threads.</summary>
    public void Dispose()
    {
        PartsTurn.Dispose();
        foreach (var team in (Lazy<ThreadTeam>[])[_sources, _team])
        {
            if (team.IsValueCreated)
            {
                team.Value.Dispose();
            }
        }
    }
}
