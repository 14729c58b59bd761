using System.Runtime.InteropServices;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.IO;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>Records a scalar that is held for active latents only. A latent's vector counts in statistics by its L2 norm.</summary>
internal sealed class SparseRecorder(
    DerivedOutput output, StatisticsOptions options, RecipeOutputs wanted, EngineContext engine, int maxPending, int mostStates)
    : IOutputRecorder
{
    private readonly StatisticsParts _earlier = new(output, engine.PartsTurn);
    private readonly SparseLatents _norms = new();
    private readonly SparseLatents _counted = new();
    private readonly SpillBuffer<long> _rowStarts = new();
    private readonly SpillBuffer<int> _latents = new();
    private readonly SpillBuffer<float> _values = new();
    private int _tokens;

    /// <summary>Statistics of the tokens that no earlier part has.</summary>
    public LatentStatistics Statistics { get; private set; } = New(output, options, engine, maxPending);

    public ReadOnlyMemory<TokenMark> Marks { get; set; }

    public void Add(SparseLatents tile, in TokenColumns tokens)
    {
        AddStatistics(tile, tokens);
        AddValues(tile, tile.Values);
    }

    public void Add(SparseLatents tile, ReadOnlySpan<float> vectors, in TokenColumns tokens)
    {
        var norms = _norms.SharePairs(tile);
        for (var i = 0; i < norms.Length; i++)
        {
            norms[i] = FixedOrder.Norm(vectors.Slice(i * output.VectorWidth, output.VectorWidth));
        }

        AddStatistics(_norms, tokens);
        AddValues(tile, vectors);
    }

    public void Clear()
    {
        _earlier.Clear();
        Statistics.Clear();
        _tokens = 0;
        Marks = default;
        _rowStarts.Clear();
        _latents.Clear();
        _values.Clear();
    }

    public void PadTo(int tokens)
    {
        var missing = tokens - _tokens;
        _tokens = tokens;
        Statistics.AddTokens(missing);
        if (wanted.HasFlag(RecipeOutputs.Latents))
        {
            _rowStarts.Append(_latents.Count, missing);
        }
    }

    public async Task WriteAsync(IResultSink sink, ChunkRange range, CancellationToken cancellationToken)
    {
        if (!Marks.IsEmpty)
        {
            Statistics.Excluded = new ExcludedTokens(Marks.Span);
        }

        if (wanted.HasFlag(RecipeOutputs.Statistics))
        {
            await _earlier.WriteAsync(Statistics, sink, cancellationToken);
        }

        if (wanted.HasFlag(RecipeOutputs.Latents))
        {
            // Row starts are those before each row; the one after the last closes them.
            _rowStarts.Append(_latents.Count);
            using var tensors = new TensorSet();
            PerTokenTensors.Add(tensors, range, Marks);
            tensors.Metadata.Describe(output);
            tensors.Add(PerTokenTensors.RowStarts, _rowStarts);
            tensors.Add("indices", _latents);
            tensors.Add("values", _values, output.Shape == DerivedShape.LatentVectors ? [output.VectorWidth] : []);
            await tensors.WriteAsync(sink, ResultNames.Latents(output.Scalar, output.Layer), cancellationToken);
        }
    }

    public void Dispose()
    {
        _earlier.Dispose();
        _rowStarts.Dispose();
        _latents.Dispose();
        _values.Dispose();
    }

    private static LatentStatistics New(DerivedOutput output, StatisticsOptions options, EngineContext engine, int maxPending) =>
        new(output.Width, options, engine.Threads, maxPending);

    private void AddStatistics(SparseLatents tile, in TokenColumns tokens)
    {
        if (wanted.HasFlag(RecipeOutputs.Statistics))
        {
            var counted = Counted(tile);
            if (output.Width > mostStates && !Statistics.HasRoomFor(counted))
            {
                _earlier.Add(Statistics);
                Statistics = New(output, options, engine, maxPending);
            }

            Statistics.Add(counted, tokens);
        }
        else
        {
            Statistics.AddTokens(tile.Tokens);
        }

        _tokens += tile.Tokens;
    }

    /// <summary>The tile, the rows of tokens that do not count empty.</summary>
    private SparseLatents Counted(SparseLatents tile)
    {
        if (Marks.IsEmpty)
        {
            return tile;
        }

        var marks = Marks.Span.Slice(_tokens, tile.Tokens);
        var (starts, latents, values) = (new int[tile.Tokens + 1], new List<int>(tile.Count), new List<float>(tile.Count));
        for (var token = 0; token < tile.Tokens; token++)
        {
            if (marks[token] == TokenMark.Counts)
            {
                var (start, end) = (tile.RowStarts[token], tile.RowStarts[token + 1]);
                latents.AddRange(tile.Latents[start..end]);
                values.AddRange(tile.Values[start..end]);
            }

            starts[token + 1] = latents.Count;
        }

        _counted.Set(starts, CollectionsMarshal.AsSpan(latents), CollectionsMarshal.AsSpan(values));
        return _counted;
    }

    private void AddValues(SparseLatents tile, ReadOnlySpan<float> values)
    {
        if (!wanted.HasFlag(RecipeOutputs.Latents))
        {
            return;
        }

        var before = _latents.Count;
        foreach (var start in tile.RowStarts[..^1])
        {
            _rowStarts.Append(before + start);
        }

        _latents.Append(tile.Latents);
        _values.Append(values);
    }
}
