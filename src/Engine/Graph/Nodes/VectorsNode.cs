using AeServerless.Engine.Encoding.Sparse;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>One vector for each active latent at each token.</summary>
internal abstract class VectorsNode(string key, int vectorWidth, SparseNode latents, params PlanNode[] inputs)
    : SparseNode(key, latents.Width, inputs)
{
    public int VectorWidth { get; } = vectorWidth;

    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => (double)ActiveLatents * VectorWidth;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var active = tile.Sparse(Inputs[0]);
        active.Values.CopyTo(tile.Sparse(this).SharePairs(active));
        Fill(tile, active, tile.GrowVectors(this, active.Count * VectorWidth).Span);
    }

    /// <summary>Writes the vectors of the pairs, <c>[pairs, vector]</c>.</summary>
    protected abstract void Fill(Tile tile, SparseLatents active, Span<float> vectors);
}
