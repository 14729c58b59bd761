using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>Gradients of latents with respect to an autoencoder's own input.</summary>
internal static class LatentGradient
{
    /// <summary>Each layer through its own autoencoder; where a trace names one layer, that layer alone.</summary>
    public static IEnumerable<PlannedOutput> Plan(ScalarPlanner planner)
    {
        var request = planner.Request;
        if (request.Trace is null)
        {
            if (request.Latents is null)
            {
                throw new InvalidInputException(
                    planner.Subject, "it needs the latents whose gradient is wanted: \"latents\", or a trace of one latent at all tokens");
            }

            return planner.Layers.Select(autoencoder => Output(planner, autoencoder, request.Latents));
        }

        var latents = TracedLatents(planner);
        var traced = planner.TracedAutoencoder();
        if (traced.Reference.Name != planner.Autoencoder.Name)
        {
            throw new InvalidInputException(
                planner.Subject,
                $"the trace is of {RecipeNames.NameOf(request.Trace.NodeType)}, '{traced.Reference.Name}', but {request.Type} is about "
                + $"'{planner.Autoencoder.Name}' ({RecipeNames.NameOf(planner.Autoencoder.NodeType)})");
        }

        if (request.Layers is { } layers && !(layers.Count == 1 && layers[0] == traced.Layer))
        {
            throw new InvalidInputException(
                planner.Subject,
                $"layers {string.Join(", ", layers)} don't fit the trace, which is of layer {traced.Layer}; leave them out, or name "
                + "\"latents\" instead of a trace");
        }

        return [Output(planner, traced, latents)];
    }

    /// <summary>The one latent that a trace of all tokens names.</summary>
    public static IReadOnlyList<int> TracedLatents(ScalarPlanner planner)
    {
        var trace = planner.Request.Trace!;
        if (planner.Request.Latents is not null)
        {
            throw new InvalidInputException(
                planner.Subject, "it has both latents and a trace; the trace names one latent, leave one of the two out");
        }

        if (trace.NodeType is NodeType.MlpNeuron or NodeType.AttentionHead)
        {
            throw new InvalidInputException(
                planner.Subject, $"the trace is of {RecipeNames.NameOf(trace.NodeType)}; a latent of an autoencoder is needed");
        }

        if (trace.TensorIndices is not [null, int latent])
        {
            throw new InvalidInputException(
                planner.Subject, "the gradient is of the latent at all tokens, and the trace is of one token; write \"all\" for the token");
        }

        if (trace.PreOrPostAct == PreOrPostAct.Pre)
        {
            throw new InvalidInputException(
                planner.Subject, "the gradient is of the latent after its activation; preOrPostAct has to be post");
        }

        return [latent];
    }

    /// <summary>The output of one layer: the gradient of latents with respect to their autoencoder's own input.</summary>
    public static PlannedOutput Output(ScalarPlanner planner, ResolvedAutoencoder autoencoder, IReadOnlyList<int> latents) =>
        Output(planner, autoencoder, autoencoder, latents);

    /// <summary>The output of one layer, for an autoencoder that may be another layer's.</summary>
    /// <param name="planner">The request.</param>
    /// <param name="weights">Whose weights.</param>
    /// <param name="input">Which layer's input.</param>
    /// <param name="latents">Which latents.</param>
    public static PlannedOutput Output(
        ScalarPlanner planner, ResolvedAutoencoder weights, ResolvedAutoencoder input, IReadOnlyList<int> latents)
    {
        LatentSelection.Validate(latents, weights, planner.Subject);
        var read = planner.Autoencoders.OnlineInput(input);
        var encoded = planner.Autoencoders.Encode(weights, read);
        var positiveOnly = weights.Header.Activation.Kind is ActivationKind.ReLU or ActivationKind.TopK;
        var selected = planner.Graph.Add(new SelectedNode(encoded, latents, planner.Request.Tokens, positiveOnly));
        var vectors = planner.Graph.Add(new EncoderGradientsNode(weights.Key, weights.Header, selected, read));
        return planner.Vectors(weights, vectors, input.Layer);
    }
}
