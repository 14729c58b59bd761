using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// What the MLP adds to the residual stream, rebuilt from its neurons: post_act · W_out, with or without the output bias.
/// </summary>
internal sealed class MlpOutputNode(int layer, PlanNode postAct, int modelWidth, bool bias)
    : DenseNode($"mlp output of layer {layer} {(bias ? "with" : "without")} bias from ({postAct.Key})", modelWidth, postAct)
{
    public override double Flops => 2.0 * Inputs[0].Width * Width;

    public override IEnumerable<WeightNeed> Weights => bias
        ? [new WeightNeed(WeightKind.MlpOut, layer), new WeightNeed(WeightKind.MlpOutBias, layer)]
        : [new WeightNeed(WeightKind.MlpOut, layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var weight = tile.Weights.Array(new WeightNeed(WeightKind.MlpOut, layer));
        var offset = bias ? tile.Weights.Array(new WeightNeed(WeightKind.MlpOutBias, layer)) : null;
        FixedOrderProduct.Multiply(tile.Dense(Inputs[0]), weight, offset, Width, tile.Dense(this), tile.Team);
        tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
    }
}
