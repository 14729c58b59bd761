using AeServerless.Engine.Numerics;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// What a sublayer puts out, before a norm behind it, rebuilt from its units: for the MLP post_act · W_out, with or without the output
/// bias.
/// </summary>
internal sealed class SublayerOutputNode(Sublayer sublayer, int layer, PlanNode units, int modelWidth, bool bias)
    : DenseNode(
        $"{sublayer.Text()} output of layer {layer} {(bias ? "with" : "without")} bias from ({units.Key})", modelWidth, units)
{
    public override double Flops => 2.0 * Inputs[0].Width * Width;

    public override IEnumerable<WeightNeed> Weights => bias
        ? [new WeightNeed(sublayer.Out(), layer), new WeightNeed(sublayer.OutBias(), layer)]
        : [new WeightNeed(sublayer.Out(), layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var weight = tile.Weights.Array(new WeightNeed(sublayer.Out(), layer));
        var offset = bias ? tile.Weights.Array(new WeightNeed(sublayer.OutBias(), layer)) : null;
        FixedOrderProduct.Multiply(tile.Dense(Inputs[0]), weight, offset, Width, tile.Dense(this), tile.Team);
        tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
    }
}
