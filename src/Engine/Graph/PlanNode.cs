namespace AeServerless.Engine.Graph;

/// <summary>
/// One value of the plan's graph, computed tile by tile. Two nodes with the same key are the same value, and a plan has one of them.
/// </summary>
internal abstract class PlanNode(string key, params PlanNode[] inputs)
{
    /// <summary>What the value is, unique in a plan, and as <c>plan</c> prints it.</summary>
    public string Key { get; } = key;

    /// <summary>The nodes whose values it is computed from.</summary>
    public IReadOnlyList<PlanNode> Inputs { get; } = inputs;

    /// <summary>Its place in the plan's order of computation.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Values a token if dense; latents if sparse.</summary>
    public abstract int Width { get; }

    /// <summary>Weights that have to be loaded.</summary>
    public virtual IEnumerable<WeightNeed> Weights => [];

    /// <summary>Floating point operations a token.</summary>
    public virtual double Flops => 0;

    /// <summary>Whether a sequence must be in one tile.</summary>
    public virtual bool NeedsWholeSequences => false;

    /// <summary>Computes the tile's values from those of <see cref="Inputs"/>.</summary>
    public abstract void Compute(Tile tile);
}
