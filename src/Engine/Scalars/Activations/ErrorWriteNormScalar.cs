using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Scalars.Activations;

/// <summary>
/// The error of an autoencoder on neurons times the norm of what each neuron writes, <c>[tokens, d_ff]</c>: error[t, n] · ‖W_out[n, :]‖₂.
/// </summary>
internal sealed class ErrorWriteNormScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        [new("online_mlp_autoencoder_error_write_norm", AutoencoderNodeType.Mlp, [AutoencoderInput.MlpPostAct])];

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) => planner.Layers.Select(autoencoder => planner.Dense(
        autoencoder.Layer,
        DerivedShape.Neurons,
        planner.Graph.Add(new NeuronNormsNode(autoencoder.Layer, planner.Autoencoders.Error(autoencoder))),
        autoencoder.Key));
}
