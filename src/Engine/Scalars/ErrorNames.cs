using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Scalars;

/// <summary>Names of what is derived from errors.</summary>
internal static class ErrorNames
{
    /// <summary>The reference's name, which is of autoencoders on neurons, one for each other node type, and the short one.</summary>
    public static IReadOnlyList<ScalarName> With(string suffix, string shortName) =>
    [
        new($"online_mlp_autoencoder_error_{suffix}", AutoencoderNodeType.Mlp, [AutoencoderInput.MlpPostAct]),
        new($"online_residual_mlp_autoencoder_error_{suffix}", AutoencoderNodeType.Mlp, [AutoencoderInput.ResidDeltaMlp]),
        new($"online_residual_attention_autoencoder_error_{suffix}", AutoencoderNodeType.Attention, [AutoencoderInput.ResidDeltaAttn]),
        new($"online_attention_autoencoder_error_{suffix}", AutoencoderNodeType.Attention, [AutoencoderInput.AttnVOut]),
        new($"online_residual_autoencoder_error_{suffix}", AutoencoderNodeType.Residual),
        new($"online_mlp_input_autoencoder_error_{suffix}", AutoencoderNodeType.MlpInput),
        new($"online_transcoder_error_{suffix}", AutoencoderNodeType.Transcoder),
        new(shortName),
    ];
}
