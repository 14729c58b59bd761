using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>What an autoencoder failed to reconstruct: its target, which is its input but for transcoders, less decode(latents).</summary>
internal sealed class ErrorNode(AutoencoderKey autoencoder, DenseNode input, DenseNode target, SparseNode latents)
    : DenseNode(
        $"error of {autoencoder} from ({input.Key}) and ({latents.Key}){(target == input ? "" : $" to ({target.Key})")}", target.Width,
        target == input ? [input, latents] : [input, latents, target])
{
    public override double Flops => (2.0 * latents.ActiveLatents * Width) + Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.Autoencoder, autoencoder)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(Inputs[1], this);
        tile.MergeStatus(target, this);
        SparseKernels.Error(
            tile.Sparse(Inputs[1]), tile.Weights.Autoencoder(autoencoder), tile.Dense(input).Span, tile.Dense(target).Span,
            tile.Dense(this).Span, tile.Team);
        tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
    }
}
