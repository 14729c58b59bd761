using AeServerless.Engine.Numerics;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// A gradient behind a sublayer's output matrix, carried back to its units: for the MLP's neurons after their activation g · W_outᵀ.
/// </summary>
internal sealed class UnitGradientNode(Sublayer sublayer, int layer, PlanNode gradient, int units)
    : DenseNode($"{sublayer.Units()} gradient of layer {layer} from ({gradient.Key})", units, gradient)
{
    public override double Flops => 2.0 * Inputs[0].Width * Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(sublayer.OutTransposed(), layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var weight = tile.Weights.Array(new WeightNeed(sublayer.OutTransposed(), layer));
        FixedOrderProduct.Multiply(tile.Dense(Inputs[0]), weight, null, Width, tile.Dense(this), tile.Team);
        tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
    }
}
