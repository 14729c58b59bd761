using System.Numerics.Tensors;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>left[t, i] · right[t, i] of two dense values.</summary>
internal sealed class ProductNode(PlanNode left, PlanNode right)
    : DenseNode($"({left.Key}) · ({right.Key})", left.Width, left, right)
{
    public override double Flops => Width;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(Inputs[1], this);
        tile.Share((first, last) =>
        {
            for (var token = first; token < last; token++)
            {
                var row = (token * Width)..((token + 1) * Width);
                TensorPrimitives.Multiply(tile.Dense(Inputs[0]).Span[row], tile.Dense(Inputs[1]).Span[row], tile.Dense(this).Span[row]);
                tile.ExcludeOverflow(this, token, token + 1);
            }
        });
    }
}
