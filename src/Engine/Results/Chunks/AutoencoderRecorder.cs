using System.Numerics.Tensors;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>
/// Records how well an autoencoder does. A token that is left out has no active latents and not-a-number for its error and norm.
/// </summary>
internal sealed class AutoencoderRecorder(
    AutoencoderKey autoencoder, int inputWidth, StatisticsOptions options, RecipeOutputs wanted) : IDisposable
{
    private readonly AutoencoderStatistics _statistics = new(inputWidth, options);
    private readonly SpillBuffer<int> _activeLatents = new();
    private readonly SpillBuffer<float> _errors = new();
    private readonly SpillBuffer<float> _norms = new();
    private readonly SpillBuffer<float> _gradientNorms = new();
    private double[] _errorNorms = [];
    private (int FirstRow, int Tokens) _measured;

    /// <summary>Which tokens of the chunk do not count; empty where all do. [tokens]</summary>
    public ReadOnlyMemory<TokenMark> Marks { get; set; }

    /// <summary>The L2 norms of the errors of a tile, if it is the one that was added last; empty else. [tokens]</summary>
    public ReadOnlySpan<double> ErrorNorms(int firstRow, int tokens) =>
        _measured == (firstRow, tokens) ? _errorNorms.AsSpan(0, tokens) : [];

    public void Add(in TokenMetricsTile tile, int firstRow, ReadOnlySpan<TokenPlace> places)
    {
        var marks = Marks.IsEmpty ? default : Marks.Span.Slice((int)_statistics.Metrics.Tokens, tile.Tokens);
        _statistics.Add(tile, places, marks);
        MeasureErrors(tile.ErrorSquaredNorms, firstRow);
        if (!wanted.HasFlag(RecipeOutputs.Tokens))
        {
            return;
        }

        _activeLatents.Append(tile.ActiveLatents);
        _gradientNorms.Append(tile.GradientNorms);
        for (var token = 0; token < tile.Tokens; token++)
        {
            _errors.Append(tile.NonFinite[token] ? float.NaN : AutoencoderStatistics.MeanSquare(tile.ErrorSquaredNorms[token], inputWidth));
            _norms.Append(tile.NonFinite[token] ? float.NaN : (float)Math.Sqrt(tile.InputSquaredNorms[token]));
        }
    }

    /// <summary>Forgets the chunk, and keeps its memory.</summary>
    public void Clear()
    {
        _statistics.Clear();
        Marks = default;
        _measured = default;
        _activeLatents.Clear();
        _errors.Clear();
        _norms.Clear();
        _gradientNorms.Clear();
    }

    public async Task WriteAsync(IResultSink sink, ChunkRange range, CancellationToken cancellationToken)
    {
        if (!Marks.IsEmpty)
        {
            _statistics.Metrics.Excluded = new ExcludedTokens(Marks.Span);
        }

        using var tensors = new TensorSet();
        Describe(tensors);
        AutoencoderStatisticsTensors.Add(tensors, _statistics);
        await tensors.WriteAsync(sink, ResultNames.Autoencoder(autoencoder.Name, autoencoder.Layer), cancellationToken);
        if (wanted.HasFlag(RecipeOutputs.Tokens))
        {
            using var perToken = new TensorSet();
            PerTokenTensors.Add(perToken, range, Marks);
            Describe(perToken);
            perToken.Add(AutoencoderStatistics.MetricNames[0], _activeLatents);
            perToken.Add(AutoencoderStatistics.MetricNames[1], _errors);
            perToken.Add(AutoencoderStatistics.MetricNames[2], _norms);
            if (_gradientNorms.Count > 0)
            {
                perToken.Add("gradient_norm", _gradientNorms);
            }

            await perToken.WriteAsync(sink, ResultNames.Tokens(autoencoder.Name, autoencoder.Layer), cancellationToken);
        }
    }

    public void Dispose()
    {
        _activeLatents.Dispose();
        _errors.Dispose();
        _norms.Dispose();
        _gradientNorms.Dispose();
    }

    private void MeasureErrors(ReadOnlySpan<double> squares, int firstRow)
    {
        if (_errorNorms.Length < squares.Length)
        {
            _errorNorms = new double[squares.Length];
        }

        TensorPrimitives.Sqrt(squares, _errorNorms);
        _measured = (firstRow, squares.Length);
    }

    private void Describe(TensorSet tensors)
    {
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Metadata["autoencoder"] = autoencoder.Name;
        tensors.Metadata.Put("layer", autoencoder.Layer);
    }
}
