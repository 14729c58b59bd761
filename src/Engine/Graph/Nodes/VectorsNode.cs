using System.Numerics.Tensors;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>One vector for each active latent at each token: its value times what it writes, or its row of the encoder.</summary>
internal sealed class VectorsNode(AutoencoderKey autoencoder, SparseNode latents, int vectorWidth, bool encoderRows)
    : SparseNode(
        $"{(encoderRows ? "encoder rows" : "writes")} of {autoencoder} where ({latents.Key})", latents.Width, latents)
{
    public int VectorWidth { get; } = vectorWidth;

    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => (double)ActiveLatents * VectorWidth;

    public override IEnumerable<WeightNeed> Weights =>
        [new WeightNeed(encoderRows ? WeightKind.Autoencoder : WeightKind.WriteDirections, autoencoder)];

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var active = tile.Sparse(Inputs[0]);
        active.Values.CopyTo(tile.Sparse(this).SharePairs(active));
        var into = tile.GrowVectors(this, active.Count * VectorWidth).Span;
        if (encoderRows)
        {
            var encoder = tile.Weights.Autoencoder(autoencoder);
            for (var i = 0; i < active.Count; i++)
            {
                encoder.EncoderRow(active.Latents[i]).CopyTo(into.Slice(i * VectorWidth, VectorWidth));
            }

            return;
        }

        var writes = tile.Weights.WriteDirections(autoencoder);
        for (var i = 0; i < active.Count; i++)
        {
            var vector = into.Slice(i * VectorWidth, VectorWidth);
            writes.CopyRow(active.Latents[i], vector);
            TensorPrimitives.Multiply(vector, active.Values[i], vector);
        }
    }
}
