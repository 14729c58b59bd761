namespace AeServerless.Engine.Autoencoders;

/// <summary>Which activation of the language model an autoencoder reads.</summary>
public enum AutoencoderInput
{
    /// <summary>The MLP's neurons after their activation function, <c>mlp.post_act</c>, [d_ff] wide.</summary>
    MlpPostAct,

    /// <summary>What the MLP adds to the residual stream, <c>resid.delta_mlp</c>, [d_model] wide.</summary>
    ResidDeltaMlp,

    /// <summary>What the attention layer adds to the residual stream, <c>resid.delta_attn</c>, [d_model] wide.</summary>
    ResidDeltaAttn,
}
