using System.Numerics.Tensors;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// Rows through the norm behind a sublayer at the token's own scale, rows · s · weight: what the sublayer puts out, or a gradient that is
/// carried back.
/// </summary>
internal sealed class PostNormNode(DenseNode rows, PostNormScaleNode scale)
    : DenseNode($"({rows.Key}) through the norm at ({scale.Key})", rows.Width, rows, scale)
{
    public override double Flops => 2.0 * Width;

    public override IEnumerable<WeightNeed> Weights => [scale.Weight];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(scale, this);
        var weight = tile.Weights.Array(scale.Weight);
        tile.Share((first, last) =>
        {
            for (var token = first; token < last; token++)
            {
                var row = tile.Dense(this).Span.Slice(token * Width, Width);
                TensorPrimitives.Multiply(tile.Dense(Inputs[0]).Span.Slice(token * Width, Width), weight, row);
                TensorPrimitives.Multiply(row, tile.Dense(scale).Span[token], row);
                tile.ExcludeOverflow(this, token, token + 1);
            }
        });
    }
}
