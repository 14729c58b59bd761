namespace AeServerless.Engine.Graph;

/// <summary>The parts of a model and its autoencoders that plans compute with. d is d_model, n d_ff.</summary>
internal enum WeightKind
{
    /// <summary>The autoencoder itself.</summary>
    Autoencoder,

    /// <summary>What its latents write to the residual stream, <c>[latents, d]</c>.</summary>
    WriteDirections,

    /// <summary>‖write[a, :]‖₂, <c>[latents]</c>; behind a norm of the write times the norm's weight.</summary>
    WriteNorms,

    /// <summary>The MLP's output weight W_out, <c>[n, d]</c>.</summary>
    MlpOut,

    /// <summary>W_outᵀ, <c>[d, n]</c>.</summary>
    MlpOutTransposed,

    /// <summary>The MLP's output bias, <c>[d]</c>.</summary>
    MlpOutBias,

    /// <summary>‖W_out[n, :]‖₂, <c>[n]</c>; behind a norm of the row times the norm's weight.</summary>
    MlpOutNorms,

    /// <summary>What the norm behind the MLP multiplies by, <c>[d]</c>.</summary>
    MlpPostNorm,

    /// <summary>Attention's output weight W_O, <c>[h, d]</c>, h the values of all heads.</summary>
    AttentionOut,

    /// <summary>W_Oᵀ, <c>[d, h]</c>.</summary>
    AttentionOutTransposed,

    /// <summary>Attention's output bias, <c>[d]</c>.</summary>
    AttentionOutBias,

    /// <summary>‖W_O[n, :]‖₂, <c>[h]</c>; behind a norm of the row times the norm's weight.</summary>
    AttentionOutNorms,

    /// <summary>What the norm behind attention multiplies by, <c>[d]</c>.</summary>
    AttentionPostNorm,

    /// <summary>Layer norms, attention and MLP of a layer, in float64.</summary>
    Block,

    /// <summary>The final norm and the unembedding, in float64.</summary>
    Unembedding,
}
