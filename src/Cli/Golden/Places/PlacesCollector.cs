using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Cli.Golden.Places;

/// <summary>Collects outputs as dense tensors by scalar and layer; vectors by token and latent.</summary>
internal sealed class PlacesCollector : IChunkConsumer
{
    private readonly Dictionary<(string, int), float[]> _values = [];
    private readonly Dictionary<(string, int, int, int), float[]> _vectors = [];
    private int _tokens;

    /// <summary>What was computed of a scalar at a layer, <c>[tokens, width]</c>.</summary>
    public float[]? Values(string scalar, int layer) => _values.GetValueOrDefault((scalar, layer));

    /// <summary>The vector of a latent at a token; zeros where it is not active.</summary>
    public float[] Vector(string scalar, int layer, int token, int latent, int width) =>
        _vectors.GetValueOrDefault((scalar, layer, token, latent)) ?? new float[width];

    public void Begin(ChunkRange range) => _tokens = range.Tokens;

    public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile)
    {
        var values = Into(output);
        for (var token = 0; token < tile.Tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                values[((firstRow + token) * output.Width) + tile.Latents[i]] = tile.Values[i];
            }
        }
    }

    public void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors)
    {
        for (var token = 0; token < tile.Tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                _vectors[(output.Scalar, output.Layer, firstRow + token, tile.Latents[i])] =
                    vectors.Slice(i * output.VectorWidth, output.VectorWidth).ToArray();
            }
        }
    }

    public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values) =>
        values.CopyTo(Into(output).AsSpan(firstRow * output.Width));

    public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile)
    {
    }

    public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens)
    {
    }

    private float[] Into(DerivedOutput output)
    {
        if (!_values.TryGetValue((output.Scalar, output.Layer), out var values))
        {
            _values.Add((output.Scalar, output.Layer), values = new float[_tokens * output.Width]);
        }

        return values;
    }
}
