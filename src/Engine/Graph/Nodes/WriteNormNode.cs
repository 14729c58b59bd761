using System.Numerics.Tensors;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>latents[t, a] · ‖write[a, :]‖₂; behind a norm also times the token's scale.</summary>
internal sealed class WriteNormNode(AutoencoderKey autoencoder, SparseNode latents, PostNormScaleNode? scale)
    : SparseNode(
        $"write norm of {autoencoder} from ({latents.Key}){(scale is null ? "" : $" at ({scale.Key})")}", latents.Width,
        scale is null ? [latents] : [latents, scale])
{
    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => ActiveLatents;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.WriteNorms, autoencoder)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var norms = tile.Weights.Array(new WeightNeed(WeightKind.WriteNorms, autoencoder));
        var into = tile.Sparse(this);
        SparseKernels.Scale(tile.Sparse(Inputs[0]), norms, into);
        if (scale is not null)
        {
            tile.MergeStatus(scale, this);
            for (var token = 0; token < into.Tokens; token++)
            {
                var values = into.MutableValues[into.RowStarts[token]..into.RowStarts[token + 1]];
                TensorPrimitives.Multiply(values, tile.Dense(scale).Span[token], values);
            }
        }

        tile.EmptyAbsent(this);
    }
}
