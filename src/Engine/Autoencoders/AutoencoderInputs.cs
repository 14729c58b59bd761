namespace AeServerless.Engine.Autoencoders;

/// <summary>Locations and node types of the places that autoencoders read and write.</summary>
public static class AutoencoderInputs
{
    /// <summary>The location under which a dataset records the activation, e.g. <c>mlp.post_act</c>.</summary>
    public static string Location(this AutoencoderInput input) => input switch
    {
        AutoencoderInput.ResidPostEmb => "resid.post_emb",
        AutoencoderInput.AttnVOut => "attn.v_out",
        AutoencoderInput.ResidDeltaAttn => "resid.delta_attn",
        AutoencoderInput.ResidPostAttn => "resid.post_attn",
        AutoencoderInput.MlpInNormalized => "mlp.in_normalized",
        AutoencoderInput.MlpIn => "mlp.in",
        AutoencoderInput.MlpPostAct => "mlp.post_act",
        AutoencoderInput.ResidDeltaMlp => "resid.delta_mlp",
        _ => "resid.post_mlp",
    };

    /// <summary>The node type of an autoencoder that reconstructs what it reads.</summary>
    public static AutoencoderNodeType NodeType(this AutoencoderInput input) => input switch
    {
        AutoencoderInput.ResidDeltaAttn or AutoencoderInput.AttnVOut => AutoencoderNodeType.Attention,
        AutoencoderInput.ResidDeltaMlp or AutoencoderInput.MlpPostAct => AutoencoderNodeType.Mlp,
        AutoencoderInput.MlpIn or AutoencoderInput.MlpInNormalized => AutoencoderNodeType.MlpInput,
        _ => AutoencoderNodeType.Residual,
    };

    /// <summary>Whether the activation is the residual stream itself, or what is added to it.</summary>
    public static bool IsOnStream(this AutoencoderInput input) => input is AutoencoderInput.ResidPostEmb or AutoencoderInput.ResidDeltaAttn
        or AutoencoderInput.ResidPostAttn or AutoencoderInput.ResidDeltaMlp or AutoencoderInput.ResidPostMlp;
}
