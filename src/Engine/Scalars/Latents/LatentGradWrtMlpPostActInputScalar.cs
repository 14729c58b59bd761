using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>
/// The gradient of latents with respect to the MLP's neurons, <c>[tokens, latents, d_ff]</c>: [latent j is kept and &gt; 0 at t] ·
/// encoder.weight[j, :], held where it is not zero.
/// </summary>
internal sealed class LatentGradWrtMlpPostActInputScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
        [new("autoencoder_latent_grad_wrt_mlp_post_act_input", null, [AutoencoderInput.MlpPostAct])];

    public override TraceUse Trace => TraceUse.Optional;

    public override bool TakesSelection => true;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        if (!planner.ReferenceCompatible || planner.Request.Trace is null)
        {
            return LatentGradient.Plan(planner);
        }

        // The reference runs every layer through the traced layer's autoencoder.
        var latents = LatentGradient.TracedLatents(planner);
        var traced = planner.TracedAutoencoder();
        var layers = planner.Resolver.ModelLayers(planner.Subject, planner.Request.Layers ?? planner.Recipe.Layers);
        return layers.Select(
            layer => LatentGradient.Output(planner, traced, traced with { Key = traced.Key with { Layer = layer } }, latents));
    }
}
