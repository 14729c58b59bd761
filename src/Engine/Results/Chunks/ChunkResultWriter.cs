using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Exclusion;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>
/// Collects a chunk's results and writes them as files: <see cref="ResultNames"/> says which there are. Values wait in memory to be added
/// to statistics; statistics of those that do not fit, and per-token data beyond a few megabytes, wait in temporary files, so that memory
/// does not grow with the chunk. Keep one for all chunks of a worker, one after the other.
/// </summary>
public sealed class ChunkResultWriter : IChunkConsumer, IDisposable
{
    // 256 MB for all outputs of a chunk together, as long as that is not too little for each.
    private const int MaxPendingValues = 1 << 25;

    // Of each output 30 MB.
    private const int MostStates = 1 << 12;

    private readonly Dictionary<DerivedOutput, IOutputRecorder> _outputs;
    private readonly SortedDictionary<string, AutoencoderRecorder> _autoencoders = new(StringComparer.Ordinal);
    private readonly Dictionary<AutoencoderKey, AutoencoderRecorder> _recorders = [];
    private readonly StatisticsOptions _options;
    private readonly RecipeOutputs _wanted;
    private ReadOnlyMemory<long> _tokenIds;
    private ChunkRange? _range;
    private ChunkPlaces? _places;
    private ChunkMarks _marks = ChunkMarks.None;
    private int _tokensTaken;

    /// <summary>Prepares for chunks.</summary>
    /// <param name="outputs">The outputs that the chunk has.</param>
    /// <param name="options">What statistics keep.</param>
    /// <param name="wanted">
    /// Which files to write. Totals are always written, as are statistics of autoencoders whose token metrics are handed in.
    /// </param>
    /// <param name="engine">Threads and memory that statistics use.</param>
    public ChunkResultWriter(IReadOnlyList<DerivedOutput> outputs, StatisticsOptions options, RecipeOutputs wanted, EngineContext engine)
        : this(outputs, options, wanted, engine, ShareOfPending(outputs), MostStates)
    {
    }

    /// <param name="outputs">The outputs that the chunk has.</param>
    /// <param name="options">What statistics keep.</param>
    /// <param name="wanted">Which files to write.</param>
    /// <param name="engine">Threads that statistics use.</param>
    /// <param name="maxPending">The most values of an output that wait in memory; the files are the same for any number.</param>
    /// <param name="mostStates">
    /// The most latents of an output whose statistics stay in memory when no more values can wait, likewise: of more latents they are
    /// written to temporary files.
    /// </param>
    internal ChunkResultWriter(
        IReadOnlyList<DerivedOutput> outputs,
        StatisticsOptions options,
        RecipeOutputs wanted,
        EngineContext engine,
        int maxPending,
        int mostStates)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _outputs = outputs.ToDictionary(output => output, output => output.IsSparse
            ? (IOutputRecorder)new SparseRecorder(output, options, wanted, engine, maxPending, mostStates)
            : new DenseRecorder(output, options, wanted));
        (_options, _wanted) = (options, wanted);
    }

    /// <summary>How many of the chunk's tokens have been handed in so far; to be asked at any time.</summary>
    public int TokensTaken => Volatile.Read(ref _tokensTaken);

    /// <summary>Forgets the chunk before and takes the ids of the next one's tokens, which are stored with top examples.</summary>
    /// <param name="tokenIds">The ids; empty where they are not known. [tokens]</param>
    /// <param name="marks">Which of its tokens do not count. The default is that all do.</param>
    public void Prepare(ReadOnlyMemory<long> tokenIds, ChunkMarks? marks = null)
    {
        (_tokenIds, _range, _places, _marks) = (tokenIds, null, null, marks ?? ChunkMarks.None);
        Volatile.Write(ref _tokensTaken, 0);
        foreach (var (output, recorder) in _outputs)
        {
            recorder.Clear();
            recorder.Marks = _marks.Of(output);
        }

        foreach (var recorder in _autoencoders.Values)
        {
            recorder.Clear();
        }
    }

    /// <inheritdoc/>
    /// <remarks>What an instance wrote of one chunk has to be forgotten before the next one starts, see <see cref="Prepare"/>.</remarks>
    public void Begin(ChunkRange range)
    {
        if (_range is not null)
        {
            throw new InvalidOperationException("The chunk before was not forgotten.");
        }

        _range = range;
        _places = new ChunkPlaces(range, _tokenIds, _options.Seed);
    }

    /// <inheritdoc/>
    public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile)
    {
        ArgumentNullException.ThrowIfNull(tile);
        ((SparseRecorder)_outputs[output]).Add(tile, Columns(output, firstRow, tile.Tokens));
    }

    /// <inheritdoc/>
    public void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(tile);
        ((SparseRecorder)_outputs[output]).Add(tile, vectors, Columns(output, firstRow, tile.Tokens));
    }

    /// <inheritdoc/>
    public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values) =>
        ((DenseRecorder)_outputs[output]).Add(values, Columns(output, firstRow, tokens));

    /// <inheritdoc/>
    public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile)
    {
        var name = ResultNames.Autoencoder(autoencoder.Name, autoencoder.Layer);
        if (!_autoencoders.TryGetValue(name, out var recorder))
        {
            _autoencoders.Add(name, recorder = new AutoencoderRecorder(autoencoder, tile.InputWidth, _options, _wanted));
            _recorders.Add(autoencoder, recorder);
        }

        recorder.Marks = _marks.Of(autoencoder);
        recorder.Add(tile, firstRow, Places(firstRow, tile.Tokens));
    }

    /// <inheritdoc/>
    /// <remarks>A token that does not count anyway is counted as that alone.</remarks>
    public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens)
    {
        var recorder = _outputs[output];
        var counted = tokens.Length;
        foreach (var token in recorder.Marks.IsEmpty ? [] : tokens)
        {
            counted -= recorder.Marks.Span[firstRow + token] == TokenMark.Counts ? 0 : 1;
        }

        if (reason == ExclusionReason.SequenceTooShort)
        {
            recorder.Statistics.ExcludeShortSequences(counted);
        }
        else
        {
            recorder.Statistics.ExcludeNonFinite(counted);
        }
    }

    /// <summary>Writes the chunk's files.</summary>
    /// <param name="sink">Where they go.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task CompleteAsync(IResultSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var range = _range ?? throw new InvalidOperationException("No chunk was started.");
        var totals = new ResultTotals(range.SequenceLengths.Count, range.Tokens)
        {
            MedianNorms = [.. _marks.MedianNorms.Select(pair => new MedianNorm(pair.Key.Name, pair.Key.Layer, 0, pair.Value))],
        };
        await TotalsFile.WriteAsync(sink, totals, cancellationToken);
        foreach (var recorder in _outputs.Values)
        {
            recorder.PadTo(range.Tokens);
            await recorder.WriteAsync(sink, range, cancellationToken);
        }

        foreach (var recorder in _autoencoders.Values)
        {
            await recorder.WriteAsync(sink, range, cancellationToken);
        }
    }

    /// <summary>Removes the temporary files.</summary>
    public void Dispose()
    {
        foreach (var recorder in _outputs.Values)
        {
            recorder.Dispose();
        }

        foreach (var recorder in _autoencoders.Values)
        {
            recorder.Dispose();
        }
    }

    private static int ShareOfPending(IReadOnlyList<DerivedOutput> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return Math.Max(MaxPendingValues / Math.Max(1, outputs.Count(output => output.IsSparse)), PendingValues.DefaultLimit);
    }

    private TokenColumns Columns(DerivedOutput output, int firstRow, int tokens)
    {
        var places = Places(firstRow, tokens);
        var errors = output.Autoencoder is { } key && _recorders.TryGetValue(key, out var recorder)
            ? recorder.ErrorNorms(firstRow, tokens)
            : [];
        return new TokenColumns(places, _places!.Keys, output.IsSparse ? errors : []);
    }

    private ReadOnlySpan<TokenPlace> Places(int firstRow, int tokens)
    {
        Volatile.Write(ref _tokensTaken, firstRow + tokens);
        return (_places ?? throw new InvalidOperationException("No chunk was started.")).Tile(firstRow, tokens);
    }
}
