namespace AeServerless.Engine.Autoencoders;

/// <summary>Names by node type.</summary>
public static class AutoencoderNodeTypes
{
    /// <summary>What the names of this node type's scalars start with: <c>mlp_autoencoder</c> or <c>attention_autoencoder</c>.</summary>
    public static string Prefix(this AutoencoderNodeType nodeType) =>
        nodeType == AutoencoderNodeType.Mlp ? "mlp_autoencoder" : "attention_autoencoder";
}
