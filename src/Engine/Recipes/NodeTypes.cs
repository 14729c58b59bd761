using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Recipes;

/// <summary>Node types of recipes and of autoencoders.</summary>
internal static class NodeTypes
{
    /// <summary>The node type of an autoencoder's latents.</summary>
    public static NodeType OfLatents(this AutoencoderNodeType nodeType) => nodeType switch
    {
        AutoencoderNodeType.Mlp => NodeType.MlpAutoencoderLatent,
        AutoencoderNodeType.Attention => NodeType.AttentionAutoencoderLatent,
        AutoencoderNodeType.Residual => NodeType.ResidualAutoencoderLatent,
        AutoencoderNodeType.MlpInput => NodeType.MlpInputAutoencoderLatent,
        _ => NodeType.TranscoderLatent,
    };

    /// <summary>The autoencoders whose latents a node type means; null where it means any, or no latents at all.</summary>
    public static AutoencoderNodeType? OfAutoencoder(this NodeType nodeType) => nodeType switch
    {
        NodeType.MlpAutoencoderLatent => AutoencoderNodeType.Mlp,
        NodeType.AttentionAutoencoderLatent => AutoencoderNodeType.Attention,
        NodeType.ResidualAutoencoderLatent => AutoencoderNodeType.Residual,
        NodeType.MlpInputAutoencoderLatent => AutoencoderNodeType.MlpInput,
        NodeType.TranscoderLatent => AutoencoderNodeType.Transcoder,
        _ => null,
    };
}
