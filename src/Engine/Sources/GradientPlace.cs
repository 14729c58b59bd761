using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Sources;

/// <summary>Where in the model a gradient is taken.</summary>
/// <param name="Layer">Layer of the model.</param>
/// <param name="Location">Place within the layer.</param>
internal readonly record struct GradientPlace(int Layer, LocationWithinLayer Location)
{
    /// <summary>
    /// Whether what an autoencoder writes reaches this place: it is in an earlier layer, or in the same one earlier or at the place itself.
    /// Later parts of the model can't influence what is measured there.
    /// </summary>
    public bool IsReachedFrom(ResolvedAutoencoder autoencoder) =>
        autoencoder.Layer < Layer || (autoencoder.Layer == Layer && Of(autoencoder.Output) <= Location);

    /// <summary>Where within its layer an activation is; the stream after the embeddings begins layer 0.</summary>
    public static LocationWithinLayer Of(AutoencoderInput input) => input switch
    {
        AutoencoderInput.ResidPostEmb => LocationWithinLayer.EndOfPreviousLayer,
        AutoencoderInput.AttnVOut or AutoencoderInput.ResidDeltaAttn => LocationWithinLayer.Attention,
        AutoencoderInput.ResidPostAttn => LocationWithinLayer.ResidPostAttn,
        AutoencoderInput.ResidPostMlp => LocationWithinLayer.ResidPostMlp,
        _ => LocationWithinLayer.Mlp,
    };
}
