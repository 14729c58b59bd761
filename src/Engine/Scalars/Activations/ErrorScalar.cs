using AeServerless.Engine.Autoencoders;

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
    ];

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) => planner.Layers.Select(autoencoder => planner.Dense(
        autoencoder.Layer,
        autoencoder.Input == AutoencoderInput.MlpPostAct ? DerivedShape.Neurons : DerivedShape.Residual,
        planner.Autoencoders.Error(autoencoder),
        autoencoder.Key));
}
