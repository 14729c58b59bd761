using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Scalars.Activations;

/// <summary>What the MLP adds to the residual stream as recorded, output bias included, <c>[tokens, d_model]</c>.</summary>
internal sealed class ResidDeltaMlpScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = [new("resid_delta_mlp")];

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        foreach (var layer in planner.Resolver.ModelLayers(planner.Subject, planner.Request.Layers ?? planner.Recipe.Layers))
        {
            var recorded = planner.Graph.Recorded(ActivationLocation.ResidDeltaMlp, PassType.Forward, layer, planner.Model.ModelWidth)
                ?? throw new InvalidInputException(
                    planner.Subject,
                    $"tensor {TensorNames.Format(ActivationLocation.ResidDeltaMlp, PassType.Forward, layer)} is missing; capture it, or "
                    + "ask for resid_delta_mlp_from_mlp_post_act");
            yield return planner.Dense(layer, DerivedShape.Residual, recorded);
        }
    }
}
