using System.Numerics.Tensors;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Sparse;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// What each active latent writes at each token: its value times its write direction, through a norm behind it at the token's scale.
/// </summary>
internal sealed class WritesNode(AutoencoderKey autoencoder, SparseNode latents, int modelWidth, PostNormScaleNode? scale)
    : VectorsNode(
        $"writes of {autoencoder} where ({latents.Key}){(scale is null ? "" : $" at ({scale.Key})")}", modelWidth, latents,
        scale is null ? [latents] : [latents, scale])
{
    public override IEnumerable<WeightNeed> Weights => scale is null
        ? [new WeightNeed(WeightKind.WriteDirections, autoencoder)]
        : [new WeightNeed(WeightKind.WriteDirections, autoencoder), scale.Weight];

    protected override void Fill(Tile tile, SparseLatents active, Span<float> vectors)
    {
        if (scale is not null)
        {
            tile.MergeStatus(scale, this);
        }

        var writes = tile.Weights.WriteDirections(autoencoder);
        var weight = scale is null ? null : tile.Weights.Array(scale.Weight);
        for (var token = 0; token < active.Tokens; token++)
        {
            for (var i = active.RowStarts[token]; i < active.RowStarts[token + 1]; i++)
            {
                var vector = vectors.Slice(i * VectorWidth, VectorWidth);
                writes.CopyRow(active.Latents[i], vector);
                TensorPrimitives.Multiply(vector, active.Values[i], vector);
                if (scale is not null)
                {
                    TensorPrimitives.Multiply(vector, weight, vector);
                    TensorPrimitives.Multiply(vector, tile.Dense(scale).Span[token], vector);
                }
            }
        }
    }
}
