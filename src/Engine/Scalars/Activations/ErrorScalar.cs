using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Activations;

/// <summary>
/// What the autoencoder failed to reconstruct, x − decode(encode(x)): <c>[tokens, d_ff]</c> on neurons, <c>[tokens, d_model]</c> on the
/// residual stream.
/// </summary>
internal sealed class ErrorScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
    [
        new("online_mlp_autoencoder_error", AutoencoderNodeType.Mlp, [AutoencoderInput.MlpPostAct]),
        new("online_residual_mlp_autoencoder_error", AutoencoderNodeType.Mlp, [AutoencoderInput.ResidDeltaMlp]),
        new("online_residual_attention_autoencoder_error", AutoencoderNodeType.Attention, [AutoencoderInput.ResidDeltaAttn]),
        new("online_attention_autoencoder_error", AutoencoderNodeType.Attention, [AutoencoderInput.AttnVOut]),
        new("online_residual_autoencoder_error", AutoencoderNodeType.Residual),
        new("online_mlp_input_autoencoder_error", AutoencoderNodeType.MlpInput),
        new("online_transcoder_error", AutoencoderNodeType.Transcoder),
        new(ShortScalars.Error),
    ];

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) => planner.Layers.Select(autoencoder => planner.Dense(
        autoencoder.Layer,
        ScalarPlanner.ShapeAt(autoencoder.Output),
        planner.Autoencoders.Error(autoencoder),
        autoencoder.Key));
}
