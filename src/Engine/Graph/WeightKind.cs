namespace AeServerless.Engine.Graph;

/// <summary>The parts of a model and its autoencoders that plans compute with. d is d_model, n d_ff.</summary>
internal enum WeightKind
{
    /// <summary>The autoencoder itself.</summary>
    Autoencoder,

    /// <summary>What its latents write to the residual stream, <c>[latents, d]</c>.</summary>
    WriteDirections,

    /// <summary>‖write[a, :]‖₂, <c>[latents]</c>.</summary>
    WriteNorms,

    /// <summary>The MLP's output weight W_out, <c>[n, d]</c>.</summary>
    MlpOut,

    /// <summary>W_outᵀ, <c>[d, n]</c>.</summary>
    MlpOutTransposed,

    /// <summary>The MLP's output bias, <c>[d]</c>.</summary>
    MlpOutBias,

    /// <summary>‖W_out[n, :]‖₂, <c>[n]</c>.</summary>
    MlpOutNorms,

    /// <summary>Layer norms, attention and MLP of a layer, in float64.</summary>
    Block,

    /// <summary>The final norm and the unembedding, in float64.</summary>
    Unembedding,
}
