using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>
/// Latents times the norm of what each writes to the residual stream, <c>[tokens, latents]</c>: latents[t, a] · ‖write[a, :]‖₂.
/// </summary>
internal sealed class WriteNormScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType("autoencoder_write_norm", ShortScalars.WriteNorm);

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) =>
        planner.WritingLayers().Select(autoencoder => planner.Latents(autoencoder, planner.Graph.Add(new WriteNormNode(
            autoencoder.Key,
            planner.Autoencoders.Written(autoencoder, planner.Autoencoders.OfflineLatents(autoencoder)),
            planner.Autoencoders.PostNormScale(autoencoder)))));
}
