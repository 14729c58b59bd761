using System.Numerics.Tensors;

namespace AeServerless.Engine.Derivation.Nodes;

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
            var run = (first * Width)..(last * Width);
            TensorPrimitives.Multiply(tile.Dense(Inputs[0]).Span[run], tile.Dense(Inputs[1]).Span[run], tile.Dense(this).Span[run]);
            tile.ExcludeOverflow(this, first, last);
        });
    }
}
