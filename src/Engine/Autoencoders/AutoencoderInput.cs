namespace AeServerless.Engine.Autoencoders;

/// <summary>Which activation of a transformer layer an autoencoder encodes.</summary>
public enum AutoencoderInput
{
    /// <summary>The MLP's neurons after the activation function, <c>mlp.post_act</c>, <c>[tokens, d_ff]</c>.</summary>
    MlpPostAct,

    /// <summary>What the MLP adds to the residual stream, <c>resid.delta_mlp</c>, <c>[tokens, d_model]</c>, output bias included.</summary>
    ResidDeltaMlp,

    /// <summary>What attention adds to the residual stream, <c>resid.delta_attn</c>, <c>[tokens, d_model]</c>.</summary>
    ResidDeltaAttn,
}
