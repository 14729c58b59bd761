using System.Collections.Frozen;

namespace AeServerless.Engine.Datasets;

/// <summary>
/// Places in a transformer whose activations are recorded, by transformer-debugger's names. Shapes are those of one shard of n tokens.
/// </summary>
public static class ActivationLocation
{
    /// <summary>Residual stream after the embeddings, [n, d_model]; the only location without a layer.</summary>
    public const string ResidPostEmb = "resid.post_emb";

    /// <summary>What a layer's attention adds to the residual stream, with its output bias, [n, d_model].</summary>
    public const string ResidDeltaAttn = "resid.delta_attn";

    /// <summary>Residual stream after a layer's attention, [n, d_model].</summary>
    public const string ResidPostAttn = "resid.post_attn";

    /// <summary>What a layer's MLP adds to the residual stream, with its output bias, [n, d_model].</summary>
    public const string ResidDeltaMlp = "resid.delta_mlp";

    /// <summary>Residual stream after a layer's MLP, [n, d_model].</summary>
    public const string ResidPostMlp = "resid.post_mlp";

    /// <summary>What a layer's attention adds before the norm behind it, [n, d_model]; in models that have one.</summary>
    public const string AttnOutPreNorm = "attn.out_pre_norm";

    /// <summary>The norm before a layer's MLP without its weight and bias, [n, d_model].</summary>
    public const string MlpInNormalized = "mlp.in_normalized";

    /// <summary>What a layer's MLP reads, after the norm with its weight, [n, d_model].</summary>
    public const string MlpIn = "mlp.in";

    /// <summary>What the gates of a gated MLP multiply, [n, d_ff].</summary>
    public const string MlpUp = "mlp.up";

    /// <summary>What a layer's MLP adds before the norm behind it, [n, d_model]; in models that have one.</summary>
    public const string MlpOutPreNorm = "mlp.out_pre_norm";

    /// <summary>MLP neurons, or their gates, before the activation function, [n, d_ff].</summary>
    public const string MlpPreAct = "mlp.pre_act";

    /// <summary>MLP neurons after the activation function, [n, d_ff].</summary>
    public const string MlpPostAct = "mlp.post_act";

    /// <summary>Queries, [n, heads, d_head].</summary>
    public const string AttnQ = "attn.q";

    /// <summary>Keys, [n, heads, d_head].</summary>
    public const string AttnK = "attn.k";

    /// <summary>Values, [n, heads, d_head].</summary>
    public const string AttnV = "attn.v";

    /// <summary>Attention-weighted sum of values of each head, before the output projection, [n, heads, d_head].</summary>
    public const string AttnVOut = "attn.v_out";

    /// <summary>Latents of the only autoencoder in the forward pass, [n, latents].</summary>
    public const string OnlineAutoencoderLatent = "online_autoencoder_latent";

    /// <summary>Latents of the autoencoder in the forward pass that reads an MLP, [n, latents].</summary>
    public const string OnlineMlpAutoencoderLatent = "online_mlp_autoencoder_latent";

    /// <summary>Latents of the autoencoder in the forward pass that reads attention, [n, latents].</summary>
    public const string OnlineAttentionAutoencoderLatent = "online_attention_autoencoder_latent";

    /// <summary>What an autoencoder on <see cref="MlpPostAct"/> failed to reconstruct, [n, d_ff].</summary>
    public const string OnlineMlpAutoencoderError = "online_mlp_autoencoder_error";

    /// <summary>What an autoencoder on <see cref="ResidDeltaMlp"/> failed to reconstruct, [n, d_model].</summary>
    public const string OnlineResidualMlpAutoencoderError = "online_residual_mlp_autoencoder_error";

    /// <summary>What an autoencoder on <see cref="ResidDeltaAttn"/> failed to reconstruct, [n, d_model].</summary>
    public const string OnlineResidualAttentionAutoencoderError = "online_residual_attention_autoencoder_error";

    /// <summary>Every location, in the order of the forward pass.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ResidPostEmb, AttnQ, AttnK, AttnV, AttnVOut, AttnOutPreNorm, ResidDeltaAttn, ResidPostAttn, MlpInNormalized, MlpIn, MlpPreAct,
        MlpUp, MlpPostAct, MlpOutPreNorm, ResidDeltaMlp, ResidPostMlp,
        OnlineAutoencoderLatent, OnlineMlpAutoencoderLatent, OnlineAttentionAutoencoderLatent,
        OnlineMlpAutoencoderError, OnlineResidualMlpAutoencoderError, OnlineResidualAttentionAutoencoderError,
    ];

    private static FrozenSet<string> Known { get; } = All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the name is one of <see cref="All"/>.</summary>
    public static bool IsKnown(string location) => Known.Contains(location);

    /// <summary>Whether the location exists once in each layer.</summary>
    public static bool HasLayers(string location) => location != ResidPostEmb;
}
