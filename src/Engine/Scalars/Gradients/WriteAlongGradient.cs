using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Traces;

namespace AeServerless.Engine.Scalars.Gradients;

/// <summary>Online latents times the gradient along what each writes.</summary>
internal static class WriteAlongGradient
{
    /// <summary>One output for each layer; zeros where the layer comes after the place of the gradient.</summary>
    public static IEnumerable<PlannedOutput> Plan(ScalarPlanner planner, ResolvedTrace? trace, Func<DenseNode> gradient)
    {
        var place = planner.Gradients.FinalPlace(trace);
        foreach (var autoencoder in planner.WritingLayers())
        {
            if (!place.IsReachedFrom(autoencoder))
            {
                yield return planner.Masked(autoencoder, DerivedShape.Latents, autoencoder.Header.LatentCount, place);
                continue;
            }

            var latents = planner.Autoencoders.Written(autoencoder, planner.Autoencoders.OnlineLatents(autoencoder));
            var before = planner.Gradients.BeforePostNorm(autoencoder, gradient());
            var along = planner.Graph.Add(new ProjectedNode(autoencoder.Key, latents, before, decoder: false));
            yield return planner.Latents(autoencoder, planner.Graph.Add(new LatentProductNode(latents, along)));
        }
    }
}
