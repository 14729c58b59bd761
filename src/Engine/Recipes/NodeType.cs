namespace AeServerless.Engine.Recipes;

/// <summary>
/// A kind of node of the language model, as recipes name it: what an autoencoder's latents are, and what a trace starts from.
/// </summary>
public enum NodeType
{
    /// <summary>A latent of the recipe's only autoencoder: <c>autoencoder_latent</c>.</summary>
    AutoencoderLatent,

    /// <summary>A latent of an autoencoder on the MLP's neurons or output: <c>mlp_autoencoder_latent</c>.</summary>
    MlpAutoencoderLatent,

    /// <summary>A latent of an autoencoder on the heads' or the attention layer's output: <c>attention_autoencoder_latent</c>.</summary>
    AttentionAutoencoderLatent,

    /// <summary>A latent of an autoencoder on the residual stream: <c>residual_autoencoder_latent</c>.</summary>
    ResidualAutoencoderLatent,

    /// <summary>A latent of an autoencoder on what the MLP reads: <c>mlp_input_autoencoder_latent</c>.</summary>
    MlpInputAutoencoderLatent,

    /// <summary>A latent of a transcoder from what the MLP reads to what it adds: <c>transcoder_latent</c>.</summary>
    TranscoderLatent,

    /// <summary>A neuron of the MLP: <c>mlp_neuron</c>.</summary>
    MlpNeuron,

    /// <summary>A head of the attention layer, for one pair of tokens: <c>attention_head</c>.</summary>
    AttentionHead,
}
