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

        var (gradient, decoder) = AlongLatents(autoencoder, subject);
        graph.Decide(what, false, $"{why}: {gradient.Tensor} projected on each latent's {(decoder ? "decoder" : "write")} direction");
        var written = autoencoders.Written(autoencoder, latents);
        return graph.Add(new LatentProductNode(written, graph.Add(new ProjectedNode(autoencoder.Key, written, gradient, decoder))));
    }

    /// <summary>
    /// The gradient of an autoencoder's error, <c>[tokens, output]</c>: the one of what it reconstructs, after the autoencoder.
    /// </summary>
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

        var (gradient, isOwn) = AlongLatents(autoencoder, subject);
        if (isOwn || autoencoder.Output.IsOnStream())
        {
            graph.Decide(what, false, $"{why}: {gradient.Tensor}");
            return gradient;
        }

        graph.Decide(what, false, $"{why}: {gradient.Tensor} · {(autoencoder.Sublayer == Sublayer.Mlp ? "W_outᵀ" : "W_Oᵀ")}");
        return graph.Add(new UnitGradientNode(autoencoder.Sublayer, autoencoder.Layer, gradient, Model.WidthOf(autoencoder.Output)));
    }

    /// <summary>
    /// A gradient at the residual stream, in front of the norm behind the place that an autoencoder reconstructs, if there is one.
    /// </summary>
    public DenseNode BeforePostNorm(ResolvedAutoencoder autoencoder, DenseNode gradient) =>
        autoencoders.PostNormScale(autoencoder) is { } scale ? graph.Add(new PostNormNode(gradient, scale)) : gradient;

    /// <summary>A gradient at the residual stream along what each element of the place writes that an autoencoder reconstructs.</summary>
    public DenseNode AtUnits(ResolvedAutoencoder autoencoder, DenseNode gradient) => autoencoder.Output.IsOnStream()
        ? gradient
        : graph.Add(new UnitGradientNode(
            autoencoder.Sublayer, autoencoder.Layer, BeforePostNorm(autoencoder, gradient), Model.WidthOf(autoencoder.Output)));

    /// <summary>The location and layer of the residual stream just before a traced activation.</summary>
    public static (string Location, int? Layer) ResidualBefore(ResolvedTrace trace) => trace.Place.Location switch
    {
        LocationWithinLayer.ResidPostAttn => (ActivationLocation.ResidPostAttn, trace.Layer),
        LocationWithinLayer.ResidPostMlp => (ActivationLocation.ResidPostMlp, trace.Layer),
        _ when trace.Layer == 0 => (ActivationLocation.ResidPostEmb, null),
        _ => (ActivationLocation.ResidPostMlp, trace.Layer - 1),
    };

    /// <summary>
    /// A recorded gradient behind an autoencoder, and whether it is that of the place itself: then a latent's direction is its row of the
    /// decoder, else what it writes.
    /// </summary>
    private (RecordedRows Gradient, bool IsOwn) AlongLatents(ResolvedAutoencoder autoencoder, string subject)
    {
        var layer = autoencoder.Layer;
        RecordedRows? Recorded(string location, int? at, int width) => graph.Recorded(location, PassType.Backward, at, width);

        // The residual stream's gradient comes first: it is the narrowest, and where the forward pass went through the autoencoder it is
        // the one that is certainly taken after it. A norm between the two changes with what it is given, and leaves the place's own alone.
        var (residual, delta) = autoencoder.NodeType switch
        {
            AutoencoderNodeType.Mlp or AutoencoderNodeType.Transcoder => (
                ActivationLocation.ResidPostMlp, ActivationLocation.ResidDeltaMlp),
            AutoencoderNodeType.Attention => (
                Model.ParallelResidual ? ActivationLocation.ResidPostMlp : ActivationLocation.ResidPostAttn,
                ActivationLocation.ResidDeltaAttn),
            _ => ((string?)null, (string?)null),
        };
        var direct = autoencoder.Output.IsOnStream() || !Model.PostNorms;
        if (residual is not null && delta is not null && direct
            && (Recorded(residual, layer, Model.ModelWidth) ?? Recorded(delta, layer, Model.ModelWidth)) is { } gradient)
        {
            return (gradient, false);
        }

        var (own, at) = (autoencoder.Output.Location(), autoencoder.RecordedLayer(autoencoder.Output));
        if (Recorded(own, at, Model.WidthOf(autoencoder.Output)) is { } recorded)
        {
            return (recorded, true);
        }

        var (missing, missingAt) = direct && residual is not null ? (residual, layer) : (own, at);
        throw MissingBackward(TensorNames.Format(missing, PassType.Backward, missingAt), subject);
    }

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
