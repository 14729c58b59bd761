using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Kernels;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>The non-zeros of latents that were recorded dense.</summary>
internal sealed class NonZerosNode(AutoencoderHeader header, PlanNode recorded)
    : SparseNode($"non-zeros of ({recorded.Key})", recorded.Width, recorded)
{
    public override int ActiveLatents => header.Activation.UsualActiveLatents(header.LatentCount, UsualActiveLatents);

    public override double Flops => Width;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        SparseKernels.Gather(tile.Dense(Inputs[0]).Span, tile.Tokens, tile.Sparse(this));
        tile.EmptyAbsent(this);
    }
}
