using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Scalars.Activations;

/// <summary>
/// What the MLP adds to the residual stream, rebuilt from its neurons, <c>[tokens, d_model]</c>: mlp.post_act · W_out + bias, through the
/// norm behind it in models that have one. The reference leaves out the bias.
/// </summary>
internal sealed class ResidDeltaMlpFromMlpPostActScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = [new("resid_delta_mlp_from_mlp_post_act")];

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        foreach (var layer in planner.Resolver.ModelLayers(planner.Subject, planner.Request.Layers ?? planner.Recipe.Layers))
        {
            var neurons = planner.Graph.Recorded(ActivationLocation.MlpPostAct, PassType.Forward, layer, planner.Model.NeuronWidth)
                ?? throw new InvalidInputException(
                    planner.Subject,
                    $"tensor {TensorNames.Format(ActivationLocation.MlpPostAct, PassType.Forward, layer)} is missing; capture the "
                    + "dataset with mlp.post_act recorded");
            yield return planner.Dense(
                layer, DerivedShape.Residual, planner.Autoencoders.MlpDelta(layer, neurons, bias: !planner.ReferenceCompatible));
        }
    }
}
