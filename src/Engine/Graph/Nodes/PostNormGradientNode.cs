using System.Numerics.Tensors;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>A gradient behind the norm of a sublayer, carried back through it at the token's own scale: g · s · weight.</summary>
internal sealed class PostNormGradientNode(DenseNode gradient, PostNormScaleNode scale)
    : DenseNode($"({gradient.Key}) through the norm at ({scale.Key})", gradient.Width, gradient, scale)
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
