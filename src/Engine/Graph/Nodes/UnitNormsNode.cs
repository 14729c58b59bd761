using System.Numerics.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>A sublayer's units times the norm of what each writes: for neurons value[t, n] · ‖W_out[n, :]‖₂.</summary>
/// <param name="sublayer">Whose units.</param>
/// <param name="layer">Layer of the model.</param>
/// <param name="units">The values, <c>[tokens, units]</c>.</param>
/// <param name="scale">The scale of the norm behind the sublayer, where there is one.</param>
internal sealed class UnitNormsNode(Sublayer sublayer, int layer, PlanNode units, PostNormScaleNode? scale)
    : DenseNode(
        $"write norm of layer {layer}'s {sublayer.Units()}s from ({units.Key}){(scale is null ? "" : $" at ({scale.Key})")}", units.Width,
        scale is null ? [units] : [units, scale])
{
    public override double Flops => Width;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(sublayer.OutNorms(), layer)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        if (scale is not null)
        {
            tile.MergeStatus(scale, this);
        }

        var norms = tile.Weights.Array(new WeightNeed(sublayer.OutNorms(), layer));
        tile.Share((first, last) =>
        {
            var values = tile.Dense(Inputs[0]).Span;
            var into = tile.Dense(this).Span;
            for (var token = first; token < last; token++)
            {
                var row = into.Slice(token * Width, Width);
                TensorPrimitives.Multiply(values.Slice(token * Width, Width), norms, row);
                if (scale is not null)
                {
                    TensorPrimitives.Multiply(row, tile.Dense(scale).Span[token], row);
                }

                tile.ExcludeOverflow(this, token, token + 1);
            }
        });
    }
}
