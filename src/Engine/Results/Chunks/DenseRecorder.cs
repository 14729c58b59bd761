using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>Records a dense scalar: statistics of its norms and sums, these of every token, and the values.</summary>
internal sealed class DenseRecorder(DerivedOutput output, StatisticsOptions options, RecipeOutputs wanted) : IOutputRecorder
{
    private readonly DenseStatistics _statistics = new(options);
    private readonly SpillBuffer<float> _norms = new();
    private readonly SpillBuffer<float> _sums = new();
    private readonly SpillBuffer<float> _values = new();
    private float[] _tile = [];

    public LatentStatistics Statistics => _statistics.Metrics;

    public ReadOnlyMemory<TokenMark> Marks { get; set; }

    public void Add(ReadOnlySpan<float> values, in TokenColumns tokens)
    {
        var places = tokens.Places;
        if (_tile.Length < 2 * places.Length)
        {
            _tile = new float[2 * places.Length];
        }

        var norms = _tile.AsSpan(0, places.Length);
        var sums = _tile.AsSpan(places.Length, places.Length);
        var marks = Marks.IsEmpty ? default : Marks.Span.Slice((int)Statistics.Tokens, places.Length);
        _statistics.Add(values, tokens, norms, sums, marks);
        if (wanted.HasFlag(RecipeOutputs.Tokens))
        {
            _norms.Append(norms);
            _sums.Append(sums);
        }

        if (wanted.HasFlag(RecipeOutputs.Latents))
        {
            _values.Append(values);
        }
    }

    public void Clear()
    {
        Statistics.Clear();
        Marks = default;
        _norms.Clear();
        _sums.Clear();
        _values.Clear();
    }

    public void PadTo(int tokens)
    {
        var missing = tokens - Statistics.Tokens;
        Statistics.AddTokens(missing);
        if (wanted.HasFlag(RecipeOutputs.Tokens))
        {
            _norms.Append(0, missing);
            _sums.Append(0, missing);
        }

        if (wanted.HasFlag(RecipeOutputs.Latents))
        {
            _values.Append(0, missing * output.Width);
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
            using var tensors = new TensorSet();
            tensors.Metadata.Describe(output);
            tensors.Metadata["metrics"] = string.Join(',', DenseStatistics.MetricNames);
            LatentStatisticsTensors.Add(tensors, Statistics);
            await tensors.WriteAsync(sink, ResultNames.Statistics(output.Scalar, output.Layer), cancellationToken);
        }

        if (wanted.HasFlag(RecipeOutputs.Tokens))
        {
            using var tensors = PerToken(range);
            tensors.Add(DenseStatistics.MetricNames[0], _norms);
            tensors.Add(DenseStatistics.MetricNames[1], _sums);
            await tensors.WriteAsync(sink, ResultNames.Norms(output.Scalar, output.Layer), cancellationToken);
        }

        if (wanted.HasFlag(RecipeOutputs.Latents))
        {
            using var tensors = PerToken(range);
            tensors.Add("values", _values, output.Width);
            await tensors.WriteAsync(sink, ResultNames.Latents(output.Scalar, output.Layer), cancellationToken);
        }
    }

    public void Dispose()
    {
        _norms.Dispose();
        _sums.Dispose();
        _values.Dispose();
    }

    private TensorSet PerToken(ChunkRange range)
    {
        var tensors = new TensorSet();
        PerTokenTensors.Add(tensors, range, Marks);
        tensors.Metadata.Describe(output);
        return tensors;
    }
}
