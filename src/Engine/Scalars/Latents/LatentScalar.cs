using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>Latents encoded from the plain activations, <c>[tokens, latents]</c>.</summary>
internal sealed class LatentScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType("autoencoder_latent", ShortScalars.Latent);

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) =>
        planner.Layers.Select(autoencoder => planner.Latents(autoencoder, planner.Autoencoders.OfflineLatents(autoencoder)));
}
