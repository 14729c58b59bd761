using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>latents[t, a] · ‖write[a, :]‖₂.</summary>
internal sealed class WriteNormNode(AutoencoderKey autoencoder, SparseNode latents)
    : SparseNode($"write norm of {autoencoder} from ({latents.Key})", latents.Width, latents)
{
    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => ActiveLatents;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.WriteNorms, autoencoder)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var norms = tile.Weights.Array(new WeightNeed(WeightKind.WriteNorms, autoencoder));
        SparseKernels.Scale(tile.Sparse(Inputs[0]), norms, tile.Sparse(this));
        tile.EmptyAbsent(this);
    }
}
