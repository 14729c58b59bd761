using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>
/// Online latents times the gradient of the loss, or of a traced activation, with respect to them, <c>[tokens, latents]</c>. The gradient
/// is recorded, or derived: that of a latent is the gradient at the autoencoder's place along the latent's direction. Layers after the
/// traced activation are zero.
/// </summary>
internal sealed class OnlineActTimesGradScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType(
        "online_autoencoder_act_times_grad", ShortScalars.ActTimesGrad);

    public override TraceUse Trace => TraceUse.Optional;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var place = planner.Gradients.FinalPlace(planner.ResolveTrace(planner.Autoencoder));
        foreach (var autoencoder in planner.Layers)
        {
            if (!place.IsReachedFrom(autoencoder))
            {
                yield return planner.Masked(autoencoder, DerivedShape.Latents, autoencoder.Header.LatentCount, place);
                continue;
            }

            var latents = planner.Autoencoders.OnlineLatents(autoencoder);
            yield return planner.Latents(
                autoencoder, planner.Gradients.LatentTimesGradient(autoencoder, latents, planner.Request.Trace, planner.Subject));
        }
    }
}
