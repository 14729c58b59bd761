namespace AeServerless.Engine.Autoencoders;

/// <summary>The activations that autoencoders read and write, in the order of the forward pass.</summary>
public enum AutoencoderInput
{
    /// <summary>The residual stream after the embeddings, <c>resid.post_emb</c>, <c>[tokens, d_model]</c>.</summary>
    ResidPostEmb,

    /// <summary>The heads' outputs before the output projection, end to end, <c>attn.v_out</c>, <c>[tokens, heads · d_head]</c>.</summary>
    AttnVOut,

    /// <summary>What attention adds to the residual stream, <c>resid.delta_attn</c>, <c>[tokens, d_model]</c>.</summary>
    ResidDeltaAttn,

    /// <summary>The residual stream between attention and MLP, <c>resid.post_attn</c>, <c>[tokens, d_model]</c>.</summary>
    ResidPostAttn,

    /// <summary>What the MLP reads, before its norm's weight is applied, <c>mlp.in_normalized</c>, <c>[tokens, d_model]</c>.</summary>
    MlpInNormalized,

    /// <summary>What the MLP reads, <c>mlp.in</c>, <c>[tokens, d_model]</c>.</summary>
    MlpIn,

    /// <summary>The MLP's neurons after their activation function, <c>mlp.post_act</c>, <c>[tokens, d_ff]</c>.</summary>
    MlpPostAct,

    /// <summary>What the MLP adds to the residual stream, <c>resid.delta_mlp</c>, <c>[tokens, d_model]</c>, output bias included.</summary>
    ResidDeltaMlp,

    /// <summary>The residual stream after a layer, <c>resid.post_mlp</c>, <c>[tokens, d_model]</c>.</summary>
    ResidPostMlp,
}
