using System.Numerics.Tensors;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>Latents times the scale of their input, which the autoencoder took away and gives back to its reconstruction.</summary>
internal sealed class UndoneNormNode(AutoencoderKey autoencoder, InputMap map, SparseNode latents, DenseNode input)
    : SparseNode($"({latents.Key}) in the scale of {autoencoder}'s ({input.Key})", latents.Width, latents, input)
{
    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => 2.0 * input.Width;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(input, this);
        var (from, into) = (tile.Sparse(Inputs[0]), tile.Sparse(this));
        from.Values.CopyTo(into.SharePairs(from));
        for (var token = 0; token < into.Tokens; token++)
        {
            var (scale, _) = InputMapping.Undo(map, tile.Dense(input).Span.Slice(token * input.Width, input.Width));
            var values = into.MutableValues[into.RowStarts[token]..into.RowStarts[token + 1]];
            TensorPrimitives.Multiply(values, (float)scale, values);
        }

        tile.EmptyAbsent(this);
    }
}
