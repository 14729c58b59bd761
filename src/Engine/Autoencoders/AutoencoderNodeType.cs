namespace AeServerless.Engine.Autoencoders;

/// <summary>The part of a layer that an autoencoder explains.</summary>
public enum AutoencoderNodeType
{
    /// <summary>An autoencoder on the MLP's neurons or output: <c>mlp_autoencoder_latent</c>.</summary>
    Mlp,

    /// <summary>An autoencoder on the heads' or attention's output: <c>attention_autoencoder_latent</c>.</summary>
    Attention,

    /// <summary>An autoencoder on the residual stream: <c>residual_autoencoder_latent</c>.</summary>
    Residual,

    /// <summary>An autoencoder on what the MLP reads: <c>mlp_input_autoencoder_latent</c>.</summary>
    MlpInput,

    /// <summary>A transcoder, from what the MLP reads to what it adds: <c>transcoder_latent</c>.</summary>
    Transcoder,
}
