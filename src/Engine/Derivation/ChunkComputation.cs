using AeServerless.Engine.Datasets;
using AeServerless.Engine.Derivation.Nodes;
using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Derivation;

/// <summary>
/// Computes chunks of a plan, one after the other, tile by tile; the rows that come next are read while a tile computes. Keep one for all chunks of
/// a worker: it holds the buffers and the encoders. Not for use by several threads at once.
/// </summary>
public sealed class ChunkComputation : IDisposable
{
    private readonly DerivationPlan _plan;
    private readonly EngineOptions _options;
    private readonly Tile _tile;
    private readonly ReadWindow[] _windows;
    private readonly SparseLatents _empty = new();
    private readonly TokenMetricsBuffers _metrics = new();
    private readonly int _windowTokens;
    private float[] _zeros = [];
    private (Shard Shard, ChunkRange Range)? _readAhead;

    /// <summary>Prepares buffers and encoders.</summary>
    public ChunkComputation(DerivationPlan plan, PlanWeights weights, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TileTokens, 1, nameof(options));
        _plan = plan;
        _options = options;
        _tile = new Tile(plan.Nodes, weights, options);
        _windows = [new ReadWindow(plan.RecordedNodes), new ReadWindow(plan.RecordedNodes)];

        // Two windows of float32 rows; a window has at least one tile, and no more than an array can hold.
        var rowBytes = Math.Max(1, plan.RecordedNodes.Sum(node => 4L * node.Width));
        var widest = plan.RecordedNodes.Select(node => node.Width).DefaultIfEmpty(1).Max();
        var fitting = Math.Min(options.ReadBufferBytes / 2 / rowBytes, Array.MaxLength / widest);
        _windowTokens = (int)Math.Max(1, fitting / options.TileTokens) * options.TileTokens;
    }

    /// <summary>
    /// Reads the first rows of the chunk that is computed next: where several wait for their turn, the next one's are there when it comes.
    /// </summary>
    /// <exception cref="InvalidInputException">The shard lacks what the plan reads.</exception>
    public async Task ReadAheadAsync(Shard shard, ChunkRange range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(range);
        _readAhead = null;
        if (Windows(range) is [var first, ..])
        {
            await _windows[0].ReadAsync(new ShardRows(shard), range.FirstRow, Tokens(first), cancellationToken).ConfigureAwait(false);
            _readAhead = (shard, range);
        }
    }

    /// <summary>Computes a chunk of a shard and hands every result to <paramref name="consumer"/>.</summary>
    /// <exception cref="InvalidInputException">The shard lacks what the plan reads.</exception>
    public Task ComputeAsync(Shard shard, ChunkRange range, IChunkConsumer consumer, CancellationToken cancellationToken) =>
        ComputeAsync(new ShardRows(shard), range, consumer, cancellationToken);

    /// <summary>Computes a chunk and hands every result to <paramref name="consumer"/>.</summary>
    /// <exception cref="InvalidInputException"><paramref name="source"/> lacks what the plan reads.</exception>
    public async Task ComputeAsync(IRowSource source, ChunkRange range, IChunkConsumer consumer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(range);
        ArgumentNullException.ThrowIfNull(consumer);
        consumer.Begin(range);
        var windows = Windows(range);
        if (windows.Count == 0)
            return;

        var firstRow = 0;
        var reading = source is ShardRows rows && _readAhead == (rows.Shard, range) ? Task.CompletedTask : Read(0, firstRow);
        _readAhead = null;
        try
        {
            for (var i = 0; i < windows.Count; i++)
            {
                await reading.ConfigureAwait(false);
                var tokens = Tokens(windows[i]);
                reading = i + 1 < windows.Count ? Read(i + 1, firstRow + tokens) : Task.CompletedTask;
                ComputeWindow(windows[i], _windows[i % 2], firstRow, consumer, cancellationToken);
                firstRow += tokens;
            }
        }
        finally
        {
            // The buffers are written to until the read ends, also when the computation failed.
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task Read(int window, int row) =>
            _windows[window % 2].ReadAsync(source, range.FirstRow + row, Tokens(windows[window]), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _tile.Dispose();

    private List<List<SequenceSlice>> Windows(ChunkRange range) => TilePlanner.Cut(Sequences(range), _windowTokens, _plan.NeedsWholeSequences);

    private static IEnumerable<SequenceSlice> Sequences(ChunkRange range)
    {
        var row = 0;
        foreach (var length in range.SequenceLengths)
        {
            yield return new SequenceSlice(row, 0, length);
            row += length;
        }
    }

    private static int Tokens(List<SequenceSlice> slices) => slices[^1].FirstRow + slices[^1].Tokens;

    private void ComputeWindow(
        List<SequenceSlice> window, ReadWindow rows, int firstRow, IChunkConsumer consumer, CancellationToken cancellationToken)
    {
        var row = 0;
        foreach (var tile in TilePlanner.Cut(window, _options.TileTokens, _plan.NeedsWholeSequences))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _tile.Begin(firstRow + row, tile);
            for (var i = 0; i < _plan.RecordedNodes.Count; i++)
                _tile.Place(_plan.RecordedNodes[i], rows.Rows(i, row, _tile.Tokens));
            foreach (var node in _plan.Nodes)
                node.Compute(_tile);
            foreach (var output in _plan.PlannedOutputs)
                Deliver(output, consumer);
            foreach (var metrics in _plan.Metrics)
                consumer.Tokens(metrics.Autoencoder, _tile.FirstRow, _metrics.Compute(metrics, _tile));
            row += _tile.Tokens;
        }
    }

    private void Deliver(PlannedOutput planned, IChunkConsumer consumer)
    {
        var (output, node) = planned;
        switch (node)
        {
            case null when output.IsSparse:
                _empty.BeginRows(_tile.Tokens);
                _empty.EndRows();
                consumer.Sparse(output, _tile.FirstRow, _empty);
                return;
            case null:
                if (_zeros.Length < _tile.Tokens * output.Width)
                    _zeros = new float[_tile.Tokens * output.Width];
                consumer.Dense(output, _tile.FirstRow, _tile.Tokens, _zeros.AsSpan(0, _tile.Tokens * output.Width));
                return;
            case VectorsNode:
                consumer.Vectors(output, _tile.FirstRow, _tile.Sparse(node), _tile.Vectors(node).Span);
                break;
            case SparseNode:
                consumer.Sparse(output, _tile.FirstRow, _tile.Sparse(node));
                break;
            default:
                consumer.Dense(output, _tile.FirstRow, _tile.Tokens, _tile.Dense(node).Span);
                break;
        }

        var status = _tile.Status(node);
        if (!status.ContainsAnyExcept(RowStatus.Present))
            return;
        Exclude(RowStatus.NonFinite, ExclusionReason.NonFinite, status);
        Exclude(RowStatus.SequenceTooShort, ExclusionReason.SequenceTooShort, status);

        void Exclude(RowStatus kind, ExclusionReason reason, Span<RowStatus> rows)
        {
            var tokens = rows.Count(kind);
            if (tokens > 0)
                consumer.Excluded(output, reason, tokens);
        }
    }
}
