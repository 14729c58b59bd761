using AeServerless.Engine.Numerics;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>The scale of each token in the norm behind a sublayer: 1 / √(mean(m²) + ε) of what the sublayer puts out.</summary>
internal sealed class PostNormScaleNode(Sublayer sublayer, int layer, DenseNode output, double epsilon)
    : DenseNode($"scale of the norm behind layer {layer}'s {sublayer.Text()} of ({output.Key})", 1, output)
{
    /// <summary>Which sublayer the norm is behind.</summary>
    public Sublayer Sublayer { get; } = sublayer;

    /// <summary>Layer of the model.</summary>
    public int Layer { get; } = layer;

    /// <summary>What the norm multiplies by.</summary>
    public WeightNeed Weight => new(Sublayer.PostNorm(), Layer);

    public override double Flops => 2.0 * Inputs[0].Width;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var width = Inputs[0].Width;
        var rows = tile.Dense(Inputs[0]).Span;
        var scales = tile.Dense(this).Span;
        for (var token = 0; token < tile.Tokens; token++)
        {
            var squares = FixedOrder.SquaredNorm(rows.Slice(token * width, width));
            scales[token] = (float)(1 / Math.Sqrt((squares / width) + epsilon));
        }

        tile.ExcludeOverflow(this, 0, tile.Tokens);
    }
}
