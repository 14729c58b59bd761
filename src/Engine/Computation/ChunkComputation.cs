using System.Collections.Concurrent;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Runtime;

namespace AeServerless.Engine.Computation;

/// <summary>
/// Computes chunks of a plan, one after the other. Each thread computes a tile of its own, from its rows to all its outputs, and hands them
/// out when the tiles before it are handed out: no thread waits for another between two steps of a tile. The next rows are read in the
/// background. Keep one for all chunks of a worker: it holds the buffers and the encoders. One chunk at a time.
/// </summary>
public sealed class ChunkComputation : IDisposable
{
    private readonly DerivationPlan _plan;
    private readonly EngineContext _engine;

    // Each thread's, of all computations that are beside each other: a thread computes one tile at a time.
    private readonly ComputedTile[] _tilesOfThreads;
    private readonly bool _ownsTiles;
    private readonly ConcurrentBag<RowBuffer> _spareWindows;
    private readonly RowBuffer?[] _windows = new RowBuffer?[2];
    private readonly int _windowTokens;
    private readonly HashSet<ScreeningFormat> _screenings = [];
    private ComputedTile? _tileOfAll;
    private (IRowSource Source, ChunkRange Range)? _readAhead;

    /// <summary>Prepares buffers and encoders.</summary>
    /// <param name="plan">What to compute.</param>
    /// <param name="weights">The plan's weights, which any number of computations share.</param>
    /// <param name="engine">Threads and device.</param>
    public ChunkComputation(DerivationPlan plan, PlanWeights weights, EngineContext engine)
        : this(plan, weights, engine, null, [])
    {
    }

    private ChunkComputation(
        DerivationPlan plan, PlanWeights weights, EngineContext engine, ComputedTile[]? tiles, ConcurrentBag<RowBuffer> spareWindows)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(engine);
        _plan = plan;
        _engine = engine;
        Weights = weights;

        // A GPU computes one tile at a time: it is parallel within a tile, and needs the buffers of one.
        _ownsTiles = tiles is null;
        _tilesOfThreads = tiles ?? [.. Enumerable.Range(
            0, engine.Options.Device == EngineDevice.Cpu ? engine.Threads : 1).Select(_ => new ComputedTile(plan, weights, engine))];
        _spareWindows = spareWindows;

        // Windows of float32 rows, no larger than an array can be.
        var rowBytes = Math.Max(1, plan.RecordedNodes.Sum(node => 4L * node.Width));
        var widest = plan.RecordedNodes.Select(node => node.Width).DefaultIfEmpty(1).Max();
        var windowBytes = engine.Options.WindowBytes(_tilesOfThreads.Length, rowBytes);
        _windowTokens = (int)Math.Max(1, Math.Min(windowBytes / rowBytes, Array.MaxLength / widest));
    }

    /// <summary>What is computed.</summary>
    public DerivationPlan Plan => _plan;

    /// <summary>
    /// How latents of the last chunk were screened, each format once; none where nothing was screened: all latents are active, or a GPU has
    /// encoded.
    /// </summary>
    public IReadOnlyList<ScreeningFormat> Screenings => [.. _screenings.Order()];

    internal PlanWeights Weights { get; }

    internal EngineContext Engine => _engine;

    /// <summary>
    /// Another that computes chunks of the same plan, and shares the memory of threads and that for rows: one may read ahead, and compute
    /// its first tiles, while the other computes its last. Not to be used once this is disposed.
    /// </summary>
    public ChunkComputation Beside() => new(_plan, Weights, _engine, _tilesOfThreads, _spareWindows);

    /// <summary>
    /// Reads the first rows of the next chunk ahead of time: while another computation runs, this one can already read.
    /// </summary>
    /// <exception cref="InvalidInputException">The shard lacks what the plan reads.</exception>
    public Task ReadAheadAsync(Shard shard, ChunkRange range, CancellationToken cancellationToken) =>
        ReadAheadAsync(new ShardRows(shard), range, cancellationToken);

    /// <inheritdoc cref="ReadAheadAsync(Shard, ChunkRange, CancellationToken)"/>
    public async Task ReadAheadAsync(IRowSource source, ChunkRange range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(range);
        _readAhead = null;
        if (Cut(range).Windows is [var first, ..])
        {
            await Window(0).ReadAsync(source, range.FirstRow, first.Tokens, cancellationToken);
            _readAhead = (source, range);
        }
    }

    /// <summary>Computes a chunk of a shard and hands every result to <paramref name="consumer"/>.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="range">The chunk.</param>
    /// <param name="consumer">Takes the results.</param>
    /// <param name="lastTileStarted">Called when the last tile is started, where each thread computes whole tiles: from then on threads
    /// become idle one by one, and another computation can start.</param>
    /// <param name="cancellationToken">Cancels the computation.</param>
    /// <exception cref="InvalidInputException">The shard lacks what the plan reads.</exception>
    public Task ComputeAsync(
        Shard shard, ChunkRange range, IChunkConsumer consumer, Action? lastTileStarted, CancellationToken cancellationToken) =>
        ComputeAsync(new ShardRows(shard), range, consumer, lastTileStarted, cancellationToken);

    /// <summary>Computes a chunk and hands every result to <paramref name="consumer"/>.</summary>
    /// <exception cref="InvalidInputException"><paramref name="source"/> lacks what the plan reads.</exception>
    public Task ComputeAsync(IRowSource source, ChunkRange range, IChunkConsumer consumer, CancellationToken cancellationToken) =>
        ComputeAsync(source, range, consumer, lastTileStarted: null, cancellationToken);

    /// <summary>Computes a chunk and hands every result to <paramref name="consumer"/>.</summary>
    /// <inheritdoc cref="ComputeAsync(Shard, ChunkRange, IChunkConsumer, Action?, CancellationToken)"/>
    public async Task ComputeAsync(
        IRowSource source, ChunkRange range, IChunkConsumer consumer, Action? lastTileStarted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(range);
        ArgumentNullException.ThrowIfNull(consumer);
        _screenings.Clear();
        consumer.Begin(range);
        var schedule = Cut(range);
        var firstIsRead = _readAhead is { } ahead && ahead.Range == range && IsSame(ahead.Source, source);
        _readAhead = null;
        RowBuffer[] windows = schedule.Windows.Count > 1 ? [Window(0), Window(1)] : [Window(0)];
        var prefetcher = new RowPrefetcher(windows, schedule.Windows, firstIsRead, (buffer, window) =>
            buffer.ReadAsync(source, range.FirstRow + window.FirstRow, window.Tokens, cancellationToken));
        try
        {
            // On a thread of its own: it blocks until the engine's threads are done, and the pool's threads serve storage.
            await Task.Factory.StartNew(
                () => Compute(schedule.Tiles, prefetcher, consumer, lastTileStarted, cancellationToken),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            await prefetcher.StopAsync();
            foreach (ref var window in _windows.AsSpan())
            {
                if (window is not null)
                {
                    _spareWindows.Add(window);
                    window = null;
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _tileOfAll?.Dispose();
        if (_ownsTiles)
        {
            Array.ForEach(_tilesOfThreads, tile => tile.Dispose());
        }
    }

    private static bool IsSame(IRowSource one, IRowSource other) =>
        ReferenceEquals(one, other) || (one is ShardRows rows && other is ShardRows others && rows.Shard == others.Shard);

    private RowBuffer Window(int index) =>
        _windows[index] ??= _spareWindows.TryTake(out var spare) ? spare : new RowBuffer(_plan.RecordedNodes);

    private TileSchedule Cut(ChunkRange range) =>
        TileSchedule.Cut(range, _tilesOfThreads.Length, _engine.Options.TileTokens, _windowTokens, _plan.NeedsWholeSequences);

    private void Compute(
        IReadOnlyList<TileSchedule.ScheduledTile> tiles,
        RowPrefetcher prefetcher,
        IChunkConsumer consumer,
        Action? lastTileStarted,
        CancellationToken cancellationToken)
    {
        var turnstile = new OrderedTurnstile();
        void Compute(ComputedTile tile, int index)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (prefetcher.WaitFor(tiles[index].Window) is not { } rows)
                {
                    return;
                }

                tile.Compute(tiles[index], rows);
                if (turnstile.WaitFor(index))
                {
                    tile.Deliver(consumer);
                    _screenings.UnionWith(tile.Screenings);
                    prefetcher.TileDone(tiles[index].Window);
                    turnstile.Advance();
                }
            }
            catch
            {
                turnstile.Abort();
                prefetcher.Stop();
                throw;
            }
        }

        // Sequences that must stay whole can leave fewer tiles than threads: then the threads share each step of a tile.
        if (_tilesOfThreads.Length > 1 && tiles.Count >= _tilesOfThreads.Length)
        {
            _engine.Team.Run(tiles.Count, (lane, index) =>
            {
                if (index == tiles.Count - 1)
                {
                    lastTileStarted?.Invoke();
                }

                Compute(_tilesOfThreads[lane], index);
            });
            return;
        }

        _tileOfAll ??= new ComputedTile(_plan, Weights, _engine);
        for (var index = 0; index < tiles.Count; index++)
        {
            Compute(_tileOfAll, index);
        }
    }
}
