using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Sources;

/// <summary>Where in the model a gradient is taken.</summary>
/// <param name="Layer">Layer of the model.</param>
/// <param name="Location">Place within the layer.</param>
internal readonly record struct GradientPlace(int Layer, LocationWithinLayer Location)
{
    /// <summary>
    /// Whether what an autoencoder writes reaches this place: it is in an earlier layer, or earlier in the same one. Later parts of the
    /// model can't influence what is measured there.
    /// </summary>
    public bool IsReachedFrom(ResolvedAutoencoder autoencoder) =>
        autoencoder.Layer < Layer || (autoencoder.Layer == Layer && PlaceOf(autoencoder.Input) < Location);

    private static LocationWithinLayer PlaceOf(AutoencoderInput input) =>
        input == AutoencoderInput.ResidDeltaAttn ? LocationWithinLayer.Attention : LocationWithinLayer.Mlp;
}
