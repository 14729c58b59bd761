using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Traces;

/// <summary>Gradients: read where they were recorded, else derived.</summary>
internal sealed class GradientSources(Recipe recipe, PlanGraph graph, AutoencoderSources autoencoders)
{
    private ModelDimensions Model => graph.Context.Model;

    /// <summary>Where the final residual gradient is taken: after the last layer, or just before the traced activation.</summary>
    public GradientPlace FinalPlace(ResolvedTrace? trace) =>
        trace?.Place ?? new GradientPlace(Model.Layers - 1, LocationWithinLayer.ResidPostMlp);

    /// <summary>The final residual gradient of a recorded backward pass; of a trace also by reconstitution.</summary>
    public DenseNode Final(ResolvedTrace? trace, TraceConfiguration? configuration, string subject)
    {
        var (location, layer) = trace is null ? (ActivationLocation.ResidPostMlp, Model.Layers - 1) : ResidualBefore(trace);
        var what = trace is null ? "final residual gradient of the loss" : $"final residual gradient of {trace}";
        var mismatch = BackwardMismatch(configuration);
        if (mismatch is null && graph.Recorded(location, PassType.Backward, layer, Model.ModelWidth) is { } recorded)
        {
            graph.Decide(what, true, recorded.Tensor);
            return recorded;
        }

        var tensor = TensorNames.Format(location, PassType.Backward, layer);
        if (trace is null)
        {
            throw mismatch is null ? MissingBackward(tensor, subject) : new InvalidInputException(subject, mismatch);
        }

        if (!CanReconstitute(trace))
        {
            throw mismatch is null ? MissingBackward(tensor, subject) : new InvalidInputException(subject, mismatch);
        }

        return Reconstituted(trace, subject);
    }

    /// <summary>The final residual gradient of a trace, recomputed from forward activations.</summary>
    public DenseNode Reconstituted(ResolvedTrace trace, string subject)
    {
        var (location, layer) = ResidualBefore(trace);
        var residual = Forward(location, layer, subject);
        var gradient = trace.Attention == AttentionTraceType.V ? DownstreamGradient(trace, subject) : null;
        graph.Decide(
            $"final residual gradient of {trace}", false,
            $"recomputed from {residual.Tensor}{(gradient is null ? "" : $" and {gradient.Key}")}");
        return graph.Add(new TracedGradientNode(trace, residual, gradient, Model));
    }

    /// <summary>Active latents times their gradient.</summary>
    public SparseNode LatentTimesGradient(ResolvedAutoencoder autoencoder, SparseNode latents, TraceConfiguration? trace, string subject)
    {
        ValidateBackward(trace, subject);
        var what = $"gradient of the online latents of {autoencoder.Key}";
        var (recorded, why) = autoencoders.RecordedLatents(autoencoder, PassType.Backward);
        if (recorded is not null)
        {
            graph.Decide(what, true, recorded.Tensor);
            return graph.Add(new LatentProductNode(latents, recorded));
        }

        // The residual stream's gradient comes first: it is the narrowest, and where the forward pass went through the autoencoder it is
        // the one that is certainly taken after it.
        var layer = autoencoder.Layer;
        var (residual, delta) = autoencoder.NodeType == AutoencoderNodeType.Mlp
            ? (ActivationLocation.ResidPostMlp, ActivationLocation.ResidDeltaMlp)
            : (ActivationLocation.ResidPostAttn, ActivationLocation.ResidDeltaAttn);
        var gradient = graph.Recorded(residual, PassType.Backward, layer, Model.ModelWidth)
            ?? graph.Recorded(delta, PassType.Backward, layer, Model.ModelWidth);
        var decoder = false;
        if (gradient is null && autoencoder.Input == AutoencoderInput.MlpPostAct)
        {
            gradient = graph.Recorded(ActivationLocation.MlpPostAct, PassType.Backward, layer, Model.NeuronWidth);
            decoder = gradient is not null;
        }

        if (gradient is null)
        {
            throw MissingBackward(TensorNames.Format(residual, PassType.Backward, layer), subject);
        }

        graph.Decide(what, false, $"{why}: {gradient.Tensor} projected on each latent's {(decoder ? "decoder" : "write")} direction");
        return graph.Add(new LatentProductNode(latents, graph.Add(new ProjectedNode(autoencoder.Key, latents, gradient, decoder))));
    }

    /// <summary>The gradient of an MLP autoencoder's error, <c>[tokens, d_ff]</c>: the one of the neurons after the autoencoder.</summary>
    public DenseNode ErrorGradient(ResolvedAutoencoder autoencoder, TraceConfiguration? trace, string subject)
    {
        ValidateBackward(trace, subject);
        var what = $"gradient of the error of {autoencoder.Key}";
        var (recorded, why) = autoencoders.RecordedError(autoencoder, PassType.Backward);
        if (recorded is not null)
        {
            graph.Decide(what, true, recorded.Tensor);
            return recorded;
        }

        var layer = autoencoder.Layer;
        var gradient = graph.Recorded(ActivationLocation.ResidPostMlp, PassType.Backward, layer, Model.ModelWidth)
            ?? graph.Recorded(ActivationLocation.ResidDeltaMlp, PassType.Backward, layer, Model.ModelWidth);
        if (gradient is not null)
        {
            graph.Decide(what, false, $"{why}: {gradient.Tensor} · W_outᵀ");
            return graph.Add(new NeuronGradientNode(layer, gradient, Model.NeuronWidth));
        }

        var neurons = graph.Recorded(ActivationLocation.MlpPostAct, PassType.Backward, layer, Model.NeuronWidth)
            ?? throw MissingBackward(TensorNames.Format(ActivationLocation.ResidPostMlp, PassType.Backward, layer), subject);
        graph.Decide(what, false, $"{why}: {neurons.Tensor}");
        return neurons;
    }

    /// <summary>The location and layer of the residual stream just before a traced activation.</summary>
    public static (string Location, int? Layer) ResidualBefore(ResolvedTrace trace) => trace switch
    {
        { IsInAttention: false } => (ActivationLocation.ResidPostAttn, trace.Layer),
        { Layer: 0 } => (ActivationLocation.ResidPostEmb, null),
        _ => (ActivationLocation.ResidPostMlp, trace.Layer - 1),
    };

    /// <summary>
    /// What a head's values go on to: the gradient just before the downstream activation, or the loss's after the last layer.
    /// </summary>
    private DenseNode DownstreamGradient(ResolvedTrace trace, string subject)
    {
        if (recipe.ReferenceCompatible)
        {
            throw new InvalidInputException(
                subject,
                "the reference can't trace a head through its values here; leave referenceCompatible out, or use a recorded backward pass");
        }

        if (trace.Downstream is { } downstream)
        {
            return Reconstituted(downstream, subject);
        }

        if (BackwardMismatch(null) is { } mismatch)
        {
            throw new InvalidInputException(subject, mismatch);
        }

        var (location, layer) = (ActivationLocation.ResidPostMlp, Model.Layers - 1);
        if (!trace.DetachScale && graph.Recorded(location, PassType.Backward, layer, Model.ModelWidth) is { } recorded)
        {
            return recorded;
        }

        // With its scale held constant, the final norm passes back another gradient than the recorded one: it has to be recomputed.
        if (trace.DetachScale && graph.Context.Backward?.Description is { } loss)
        {
            var tokens = graph.Add(new RecordedRows(TensorNames.Tokens, new RecordedTensor(1, sizeof(long))));
            return graph.Add(new LossGradientNode(loss, Forward(location, layer, subject), tokens, Model));
        }

        var lacks = trace.DetachScale
            ? "a dataset whose manifest describes the loss of its backward pass, for the gradient in front of the final norm with its "
              + "scale detached (or detachLayerNormScale false)"
            : $"the gradient of a loss, {TensorNames.Format(location, PassType.Backward, layer)}; capture the dataset with a loss";
        throw new InvalidInputException(
            subject,
            $"a head traced through its values needs what they go on to: either \"downstream\" in the trace, or {lacks}; "
            + $"{graph.Context.Dataset} has neither");
    }

    private bool CanReconstitute(ResolvedTrace trace)
    {
        var (location, layer) = ResidualBefore(trace);
        return graph.Context.Tensors.ContainsKey(TensorNames.Format(location, PassType.Forward, layer))
            && (trace.Attention != AttentionTraceType.V
                || (!recipe.ReferenceCompatible && trace.Downstream is { } downstream && CanReconstitute(downstream)));
    }

    private RecordedRows Forward(string location, int? layer, string subject)
    {
        var tensor = TensorNames.Format(location, PassType.Forward, layer);
        return graph.Recorded(location, PassType.Forward, layer, Model.ModelWidth)
            ?? throw new InvalidInputException(
                subject,
                $"tensor {tensor} is missing from {graph.Context.Dataset}, and the traced activation is recomputed from it; capture the "
                + $"dataset with {location} recorded");
    }

    private void ValidateBackward(TraceConfiguration? trace, string subject)
    {
        if (BackwardMismatch(trace) is { } mismatch)
        {
            throw new InvalidInputException(subject, mismatch);
        }
    }

    /// <summary>
    /// Why the recorded backward pass is not the one that is asked for; <see langword="null"/> where it is, or the dataset doesn't say.
    /// </summary>
    private string? BackwardMismatch(TraceConfiguration? trace)
    {
        if (graph.Context.Backward is not { } backward)
        {
            return null;
        }

        return (backward.Trace, trace) switch
        {
            (null, null) => null,
            (null, not null) =>
                $"it asks for the gradient of a traced activation, but {graph.Context.Dataset} has the gradients of a loss; leave the "
                + "trace out, or capture a backward pass of that trace",
            (not null, null) =>
                $"it asks for the gradient of a loss, but {graph.Context.Dataset} has the gradients of a trace ({backward.Trace}); give "
                + "the request that trace, or capture a loss",
            _ => backward.Trace!.ToString() == trace!.ToString()
                ? null
                : $"it traces {trace}, but {graph.Context.Dataset} has the gradients of {backward.Trace}",
        };
    }

    private InvalidInputException MissingBackward(string tensor, string subject)
    {
        var any = graph.Context.Tensors.Keys.Any(name => name.Contains("/backward/", StringComparison.Ordinal));
        var lacks = any
            ? $"{graph.Context.Dataset} lacks tensor {tensor}"
            : $"{graph.Context.Dataset} has no backward pass, neither of a loss nor of a trace (tensor {tensor} is missing)";
        return new InvalidInputException(
            subject,
            $"it needs a gradient, and {lacks}; capture the dataset with a backward pass that records "
            + $"{tensor[..tensor.IndexOf('/', StringComparison.Ordinal)]}");
    }
}
