using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>Latents: activation((x − pre_bias) · encoderᵀ + latent_bias).</summary>
internal sealed class EncodedNode(AutoencoderKey autoencoder, AutoencoderHeader header, PlanNode input)
    : SparseNode($"latents of {autoencoder} from ({input.Key})", header.LatentCount, input)
{
    public AutoencoderKey Autoencoder { get; } = autoencoder;

    public override int ActiveLatents => header.Activation.UsualActiveLatents(header.LatentCount, UsualActiveLatents);

    public override double Flops => 2.0 * header.InputSize * header.LatentCount;

    public override IEnumerable<WeightNeed> Weights => [new WeightNeed(WeightKind.Autoencoder, Autoencoder)];

    public override void Compute(Tile tile)
    {
        var latents = tile.Sparse(this);
        var encoder = tile.Encoder(Autoencoder);
        encoder.Encode(tile.Dense(Inputs[0]).Span, tile.Tokens, latents);
        if (encoder.LastScreening is { } screening)
        {
            tile.Screenings.Add(screening);
        }

        var status = tile.Status(this);
        for (var token = 0; token < tile.Tokens; token++)
        {
            status[token] = latents.NonFinite[token] ? RowStatus.NonFinite : RowStatus.Present;
        }

        tile.MergeStatus(Inputs[0], this);
        tile.EmptyAbsent(this);
    }
}
