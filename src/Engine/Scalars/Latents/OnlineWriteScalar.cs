using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>
/// What each online latent writes to the residual stream, <c>[tokens, latents, d_model]</c>: latents[t, a] · write[a, :]. Held for active
/// latents only, and only for the latents or tokens that the request names.
/// </summary>
internal sealed class OnlineWriteScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = ScalarName.ByNodeType("online_autoencoder_write", ShortScalars.Write);

    public override bool TakesSelection => true;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var request = planner.Request;
        if (request.Latents is null && request.Tokens is null)
        {
            throw new InvalidInputException(
                planner.Subject,
                "it has d_model values for every active latent of every token; name the \"latents\" or the \"tokens\" that are wanted");
        }

        foreach (var autoencoder in planner.WritingLayers())
        {
            LatentSelection.Validate(request.Latents, autoencoder, planner.Subject);
            var active = planner.Autoencoders.Written(autoencoder, planner.Autoencoders.OnlineLatents(autoencoder));
            var selected = planner.Graph.Add(new SelectedNode(active, request.Latents, request.Tokens, positiveOnly: false));
            var node = planner.Graph.Add(new WritesNode(
                autoencoder.Key, selected, planner.Model.ModelWidth, planner.Autoencoders.PostNormScale(autoencoder)));
            yield return planner.Vectors(autoencoder, node, autoencoder.Layer);
        }
    }
}
