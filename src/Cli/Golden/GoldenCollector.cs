using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Cli.Golden;

/// <summary>Collects outputs as dense tensors.</summary>
internal sealed class GoldenCollector : IChunkConsumer
{
    private readonly Dictionary<int, float[]> _layers = [];
    private int _tokens;

    /// <summary>What was computed of a layer.</summary>
    public float[]? Layer(int layer) => _layers.GetValueOrDefault(layer);

    public void Begin(ChunkRange range) => _tokens = range.Tokens;

    public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile)
    {
        var values = Values(output.Layer, output.Width);
        for (var token = 0; token < tile.Tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                values[((firstRow + token) * output.Width) + tile.Latents[i]] = tile.Values[i];
            }
        }
    }

    /// <summary>
    /// Writes are a tensor of three dimensions; gradients of one latent are summed into one of two, as the reference returns them.
    /// </summary>
    public void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors)
    {
        var isGradient = output.Type.Contains("grad_wrt", StringComparison.Ordinal);
        var width = isGradient ? output.VectorWidth : output.Width * output.VectorWidth;
        var values = Values(output.Layer, width);
        for (var token = 0; token < tile.Tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                var into = values.AsSpan(
                    ((firstRow + token) * width) + (isGradient ? 0 : tile.Latents[i] * output.VectorWidth), output.VectorWidth);
                var vector = vectors.Slice(i * output.VectorWidth, output.VectorWidth);
                for (var d = 0; d < into.Length; d++)
                {
                    into[d] += vector[d];
                }
            }
        }
    }

    public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values) =>
        values.CopyTo(Values(output.Layer, output.Width).AsSpan(firstRow * output.Width));

    public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile)
    {
    }

    public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens)
    {
    }

    private float[] Values(int layer, int width)
    {
        if (!_layers.TryGetValue(layer, out var values))
        {
            _layers.Add(layer, values = new float[_tokens * width]);
        }

        return values;
    }
}
