using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>
/// How far what each online latent writes goes along the gradient g of a traced activation, <c>[tokens, latents]</c>:
/// latents[t, a] · Σ_d write[a, d] · g[t, d], with g recomputed from the forward activation just before the traced layer.
/// </summary>
internal sealed class OnlineWriteToFinalActivationResidualGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType(
        "online_autoencoder_write_to_final_activation_residual_grad", ShortScalars.WriteToFinalActivationResidualGrad);

    public override TraceUse Trace => TraceUse.Required;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        if (planner.ReferenceCompatible && planner.Recipe.Autoencoders.Count > 1)
        {
            throw new InvalidInputException(
                planner.Subject,
                "the reference can't recompute a traced activation with several autoencoders; leave referenceCompatible out");
        }

        var trace = planner.ResolveTrace(planner.Autoencoder)!;
        return WriteAlongGradient.Plan(planner, trace, () => planner.Gradients.Reconstituted(trace, planner.Subject));
    }
}
