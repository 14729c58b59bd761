using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>
/// How far what each online latent writes goes along the final residual gradient g, <c>[tokens, latents]</c>: latents[t, a] · Σ_d write[a,
/// d] · g[t, d].
/// g is the loss's after the last layer, or the traced activation's just before it.
/// </summary>
internal sealed class OnlineWriteToFinalResidualGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType(
        "online_autoencoder_write_to_final_residual_grad", ShortScalars.WriteToFinalResidualGrad);

    public override TraceUse Trace => TraceUse.Optional;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var trace = planner.ResolveTrace(planner.Autoencoder);
        return WriteAlongGradient.Plan(planner, trace, () => planner.Gradients.Final(trace, planner.Request.Trace, planner.Subject));
    }
}
