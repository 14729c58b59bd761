using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>A gradient at the residual stream after the MLP, carried back to its neurons after the activation: g · W_outᵀ.</summary>
internal sealed class NeuronGradientNode(int layer, PlanNode gradient, int neuronWidth)
    : DenseNode($"neuron gradient of layer {layer} from ({gradient.Key})", neuronWidth, gradient)
{
    public override double Flops => 2.0 * Inputs[0].Width * Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.MlpOutTransposed, layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var weight = tile.Weights.Array(new WeightNeed(WeightKind.MlpOutTransposed, layer));
        FixedOrderProduct.Multiply(tile.Dense(Inputs[0]), weight, null, Width, tile.Dense(this), tile.Team);
        tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
    }
}
