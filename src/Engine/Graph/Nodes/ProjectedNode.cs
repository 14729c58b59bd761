using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// The gradient along each active latent's direction: Σ_d direction[a, d] · g[t, d]. The direction is what the latent writes to the
/// residual stream, or its row of the decoder for a gradient at the autoencoder's own place.
/// </summary>
internal sealed class ProjectedNode(AutoencoderKey autoencoder, SparseNode latents, PlanNode gradient, bool decoder)
    : SparseNode(
        $"projection of ({gradient.Key}) on the {(decoder ? "decoder" : "write")} directions of {autoencoder} where ({latents.Key})",
        latents.Width, latents, gradient)
{
    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => 2.0 * ActiveLatents * gradient.Width;

    public override IEnumerable<WeightNeed> Weights =>
        [new WeightNeed(decoder ? WeightKind.Autoencoder : WeightKind.WriteDirections, autoencoder)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(Inputs[1], this);
        var directions = decoder
            ? tile.Weights.Autoencoder(autoencoder).Decoder
            : tile.Weights.WriteDirections(autoencoder);
        SparseKernels.Project(tile.Sparse(Inputs[0]), directions, tile.Dense(Inputs[1]).Span, tile.Sparse(this), tile.Team);
        tile.EmptyAbsent(this);
    }
}
