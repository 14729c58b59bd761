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
        System.Numerics.Tensors.TensorPrimitives.Multiply(tile.Dense(Inputs[0]).Span, tile.Dense(Inputs[1]).Span, tile.Dense(this).Span);
        tile.ExcludeOverflow(this);
    }
}
