using AeServerless.Models.Configuration;

namespace AeServerless.Models.Recording;

/// <summary>The places of a transformer whose values are recorded, by the names of shards. Shapes are those of n tokens.</summary>
public static class ModelLocations
{
    /// <summary>What enters layer 0, [n, d_model]; without a layer.</summary>
    public const string ResidPostEmb = "resid.post_emb";

    /// <summary>Queries as projected, before norms, rotation and clipping, [n, heads · d_head].</summary>
    public const string AttnQ = "attn.q";

    /// <summary>Keys as projected, [n, kv_heads · d_head].</summary>
    public const string AttnK = "attn.k";

    /// <summary>Values as projected, [n, kv_heads · d_head].</summary>
    public const string AttnV = "attn.v";

    /// <summary>What attention's output projection reads, [n, heads · d_head].</summary>
    public const string AttnVOut = "attn.v_out";

    /// <summary>Attention's output before the norm behind it, [n, d_model]; where there is one.</summary>
    public const string AttnOutPreNorm = "attn.out_pre_norm";

    /// <summary>What attention adds to the residual stream, [n, d_model].</summary>
    public const string ResidDeltaAttn = "resid.delta_attn";

    /// <summary>The residual stream after attention, [n, d_model]; not in parallel models.</summary>
    public const string ResidPostAttn = "resid.post_attn";

    /// <summary>The norm before the MLP without its weight and bias, [n, d_model]; where there is one.</summary>
    public const string MlpInNormalized = "mlp.in_normalized";

    /// <summary>What the MLP's first matrices read, [n, d_model].</summary>
    public const string MlpIn = "mlp.in";

    /// <summary>Neurons, or their gates, before the activation function, [n, d_ff].</summary>
    public const string MlpPreAct = "mlp.pre_act";

    /// <summary>What gates multiply, [n, d_ff]; in gated MLPs.</summary>
    public const string MlpUp = "mlp.up";

    /// <summary>What the MLP's last matrix reads, [n, d_ff].</summary>
    public const string MlpPostAct = "mlp.post_act";

    /// <summary>The MLP's output before the norm behind it, [n, d_model]; where there is one.</summary>
    public const string MlpOutPreNorm = "mlp.out_pre_norm";

    /// <summary>What the MLP adds to the residual stream, [n, d_model].</summary>
    public const string ResidDeltaMlp = "resid.delta_mlp";

    /// <summary>The residual stream after the layer, [n, d_model].</summary>
    public const string ResidPostMlp = "resid.post_mlp";

    /// <summary>Logits after final capping, [n, vocabulary]; without a layer.</summary>
    public const string Logits = "logits";

    /// <summary>All of them, in the order of the forward pass.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ResidPostEmb, AttnQ, AttnK, AttnV, AttnVOut, AttnOutPreNorm, ResidDeltaAttn, ResidPostAttn, MlpInNormalized, MlpIn, MlpPreAct,
        MlpUp, MlpPostAct, MlpOutPreNorm, ResidDeltaMlp, ResidPostMlp, Logits,
    ];

    /// <summary>Whether the location exists once in each layer.</summary>
    public static bool HasLayers(string location) => location is not (ResidPostEmb or Logits);

    /// <summary>Whether a model of this architecture has the location.</summary>
    public static bool Exists(string location, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return location switch
        {
            AttnOutPreNorm or MlpOutPreNorm => architecture.PostNorms,
            ResidPostAttn => !architecture.ParallelResidual,
            MlpInNormalized => architecture.PreNorms,
            MlpUp => architecture.GatedMlp,
            _ => All.Contains(location),
        };
    }

    /// <summary>Values of the location for one token.</summary>
    public static int Width(string location, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return location switch
        {
            AttnQ or AttnVOut => architecture.Heads * architecture.HeadWidth,
            AttnK or AttnV => architecture.KeyValueHeads * architecture.HeadWidth,
            MlpPreAct or MlpUp or MlpPostAct => architecture.MlpWidth,
            Logits => architecture.Vocabulary,
            _ => architecture.Width,
        };
    }
}
