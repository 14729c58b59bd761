using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>
/// Latents of a forward pass that goes through the autoencoder, <c>[tokens, latents]</c>; recorded, or derived from its true input.
/// </summary>
internal sealed class OnlineLatentScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType(
        "online_autoencoder_latent", ShortScalars.OnlineLatent);

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) =>
        planner.Layers.Select(autoencoder => planner.Latents(autoencoder, planner.Autoencoders.OnlineLatents(autoencoder)));
}
