using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>What an autoencoder failed to reconstruct: x − decode(latents).</summary>
internal sealed class ErrorNode(AutoencoderKey autoencoder, PlanNode input, SparseNode latents)
    : DenseNode($"error of {autoencoder} from ({input.Key}) and ({latents.Key})", input.Width, input, latents)
{
    public override double Flops => (2.0 * latents.ActiveLatents * Width) + Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.Autoencoder, autoencoder)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(Inputs[1], this);
        SparseKernels.Error(
            tile.Sparse(Inputs[1]), tile.Weights.Autoencoder(autoencoder), tile.Dense(Inputs[0]).Span, tile.Dense(this).Span, tile.Team);
        tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
    }
}
