namespace AeServerless.Engine.Autoencoders;

/// <summary>The part of a layer that an autoencoder explains.</summary>
public enum AutoencoderNodeType
{
    /// <summary>An autoencoder on one of the MLP's activations: <c>mlp_autoencoder_latent</c>.</summary>
    Mlp,

    /// <summary>An autoencoder on attention's output: <c>attention_autoencoder_latent</c>.</summary>
    Attention,
}
