namespace AeServerless.Engine.Graph;

/// <summary>A value of <c>[tokens, width]</c> held for non-zero latents alone. Rows that are not present are empty.</summary>
internal abstract class SparseNode(string key, int width, params PlanNode[] inputs) : PlanNode(key, inputs)
{
    /// <summary>Active latents of a token to reckon with before anything is known of the data: TopK has its k.</summary>
    public const int UsualActiveLatents = 100;

    public override int Width { get; } = width;

    /// <summary>Active latents of a token to reckon with.</summary>
    public abstract int ActiveLatents { get; }
}
