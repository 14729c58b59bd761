using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Sparse;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>
/// The gradient of each active latent in what its autoencoder reads: where the encoder is linear, the latent's row of it.
/// </summary>
/// <param name="autoencoder">The autoencoder.</param>
/// <param name="header">What is known of it.</param>
/// <param name="latents">The active latents.</param>
/// <param name="input">What they are encoded from.</param>
internal sealed class EncoderGradientsNode(AutoencoderKey autoencoder, AutoencoderHeader header, SparseNode latents, DenseNode input)
    : VectorsNode(
        $"encoder rows of {autoencoder} where ({latents.Key})", header.InputSize, latents,
        header.HasLinearEncoder ? [latents] : [latents, input])
{
    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.Autoencoder, autoencoder)];

    protected override void Fill(Tile tile, SparseLatents active, Span<float> vectors)
    {
        var weights = tile.Weights.Autoencoder(autoencoder);
        for (var token = 0; token < active.Tokens; token++)
        {
            for (var i = active.RowStarts[token]; i < active.RowStarts[token + 1]; i++)
            {
                var vector = vectors.Slice(i * VectorWidth, VectorWidth);
                if (header.HasLinearEncoder)
                {
                    weights.EncoderRow(active.Latents[i]).CopyTo(vector);
                }
                else
                {
                    var x = tile.Dense(input).Span.Slice(token * VectorWidth, VectorWidth);
                    EncoderGradient.Compute(weights, active.Latents[i], x, vector);
                }
            }
        }
    }
}
