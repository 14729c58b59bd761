namespace AeServerless.Engine.Graph;

/// <summary>A value of <c>[tokens, width]</c>. Rows that are not present are zeros.</summary>
internal abstract class DenseNode(string key, int width, params PlanNode[] inputs) : PlanNode(key, inputs)
{
    public override int Width { get; } = width;

    /// <summary>
    /// Whether its rows are read from the dataset, and stay in the buffer that they were read into; else the tile provides memory.
    /// </summary>
    public virtual bool IsRead => false;
}
