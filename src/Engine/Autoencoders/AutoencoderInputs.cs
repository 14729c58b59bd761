namespace AeServerless.Engine.Autoencoders;

/// <summary>Locations and node types of the autoencoder inputs.</summary>
public static class AutoencoderInputs
{
    /// <summary>The location under which a dataset records the input, e.g. <c>mlp.post_act</c>.</summary>
    public static string Location(this AutoencoderInput input) => input switch
    {
        AutoencoderInput.MlpPostAct => "mlp.post_act",
        AutoencoderInput.ResidDeltaMlp => "resid.delta_mlp",
        _ => "resid.delta_attn",
    };

    /// <summary>The node type of an autoencoder on <paramref name="input"/>: MLP for the MLP's two, attention for attention's.</summary>
    public static AutoencoderNodeType NodeType(this AutoencoderInput input) =>
        input == AutoencoderInput.ResidDeltaAttn ? AutoencoderNodeType.Attention : AutoencoderNodeType.Mlp;
}
