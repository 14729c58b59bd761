using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>Everything that a chunk hands to its consumer, dense.</summary>
internal sealed class CollectedChunk : IChunkConsumer
{
    private int _tokens;

    public Dictionary<(string Scalar, int Layer), float[]> Values { get; } = [];

    public Dictionary<(string Scalar, int Layer, ExclusionReason Reason), int> Exclusions { get; } = [];

    public Dictionary<AutoencoderKey, List<(int Active, double Input, double Error, bool NonFinite)>> Metrics { get; } = [];

    public List<string> Calls { get; } = [];

    public float[] this[string scalar, int layer] => Values[(scalar, layer)];

    public void Begin(ChunkRange range) => _tokens = range.Tokens;

    public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile)
    {
        var values = Of(output, output.Width);
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
        var width = output.Width * output.VectorWidth;
        var values = Of(output, width);
        for (var token = 0; token < tile.Tokens; token++)
        {
            for (var i = tile.RowStarts[token]; i < tile.RowStarts[token + 1]; i++)
            {
                vectors.Slice(i * output.VectorWidth, output.VectorWidth)
                    .CopyTo(values.AsSpan(((firstRow + token) * width) + (tile.Latents[i] * output.VectorWidth)));
            }
        }
    }

    public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values) =>
        values.CopyTo(Of(output, output.Width).AsSpan(firstRow * output.Width));

    public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile)
    {
        if (!Metrics.TryGetValue(autoencoder, out var metrics))
        {
            Metrics.Add(autoencoder, metrics = []);
        }

        for (var token = 0; token < tile.Tokens; token++)
        {
            metrics.Add((tile.ActiveLatents[token], tile.InputSquaredNorms[token], tile.ErrorSquaredNorms[token], tile.NonFinite[token]));
        }
    }

    public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens)
    {
        var key = (output.Scalar, output.Layer, reason);
        Exclusions[key] = Exclusions.GetValueOrDefault(key) + tokens.Length;
    }

    private float[] Of(DerivedOutput output, int width)
    {
        if (!Values.TryGetValue((output.Scalar, output.Layer), out var values))
        {
            Values.Add((output.Scalar, output.Layer), values = new float[_tokens * width]);
        }

        return values;
    }
}
