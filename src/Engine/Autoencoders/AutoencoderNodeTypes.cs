namespace AeServerless.Engine.Autoencoders;

/// <summary>Names by node type.</summary>
public static class AutoencoderNodeTypes
{
    /// <summary>What the names of this node type's scalars start with: <c>mlp_autoencoder</c>, <c>transcoder</c> and so on.</summary>
    public static string Prefix(this AutoencoderNodeType nodeType) => nodeType switch
    {
        AutoencoderNodeType.Mlp => "mlp_autoencoder",
        AutoencoderNodeType.Attention => "attention_autoencoder",
        AutoencoderNodeType.Residual => "residual_autoencoder",
        AutoencoderNodeType.MlpInput => "mlp_input_autoencoder",
        _ => "transcoder",
    };
}
