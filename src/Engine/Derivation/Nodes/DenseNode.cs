namespace AeServerless.Engine.Derivation.Nodes;

/// <summary>A value of <c>[tokens, width]</c>. Rows that are not present are zeros.</summary>
internal abstract class DenseNode(string key, int width, params PlanNode[] inputs) : PlanNode(key, inputs)
{
    public override int Width { get; } = width;
}
