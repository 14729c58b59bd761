using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>Online latents times the norm of what each writes, <c>[tokens, latents]</c>: latents[t, a] · ‖write[a, :]‖₂.</summary>
internal sealed class OnlineWriteNormScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType("online_autoencoder_write_norm", null);

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) =>
        planner.WritingLayers().Select(autoencoder => planner.Latents(autoencoder, planner.Graph.Add(new WriteNormNode(
            autoencoder.Key,
            planner.Autoencoders.Written(autoencoder, planner.Autoencoders.OnlineLatents(autoencoder)),
            planner.Autoencoders.PostNormScale(autoencoder)))));
}
