using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>Rows less their means: what an autoencoder of centred activations reconstructs.</summary>
internal sealed class CentredNode(InputMap map, DenseNode rows) : DenseNode($"({rows.Key}) centred", rows.Width, rows)
{
    public override double Flops => 2.0 * Width;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var from = tile.Dense(Inputs[0]).Span;
        var into = tile.Dense(this).Span;
        for (var token = 0; token < tile.Tokens; token++)
        {
            var row = from.Slice(token * Width, Width);
            var mean = InputMapping.CentredAway(map, row);
            for (var i = 0; i < Width; i++)
            {
                into[(token * Width) + i] = (float)(row[i] - mean);
            }
        }

        tile.ExcludeOverflow(this, 0, tile.Tokens);
    }
}
