using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>
/// The gradient of latents with respect to the autoencoder's input on the residual stream, <c>[tokens, latents, d_model]</c>:
/// [latent j is kept and &gt; 0 at t] · encoder.weight[j, :], held where it is not zero.
/// </summary>
internal sealed class LatentGradWrtResidualInputScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } =
    [
        new("autoencoder_latent_grad_wrt_residual_input", null, [.. Enum.GetValues<AutoencoderInput>().Where(input => input.IsOnStream())]),
    ];

    public override TraceUse Trace => TraceUse.Optional;

    public override bool TakesSelection => true;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        if (!planner.ReferenceCompatible || planner.Request.Trace is null)
        {
            return LatentGradient.Plan(planner);
        }

        // The reference takes nothing but the latent from the trace: every layer, whatever the trace's layer and node type.
        var latents = LatentGradient.TracedLatents(planner);
        return planner.Layers.Select(autoencoder => LatentGradient.Output(planner, autoencoder, latents));
    }
}
