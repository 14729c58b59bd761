using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Graph;

/// <summary>A part of the model or of an autoencoder that a plan computes with.</summary>
/// <param name="Kind">Which part.</param>
/// <param name="Layer">Of which layer.</param>
/// <param name="Autoencoder">Of which autoencoder, where it is one's.</param>
internal sealed record WeightNeed(WeightKind Kind, int Layer, AutoencoderKey? Autoencoder = null)
{
    public WeightNeed(WeightKind kind, AutoencoderKey autoencoder)
        : this(kind, autoencoder.Layer, autoencoder)
    {
    }
}
