using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Traces;

/// <summary>Checks trace configurations against the model and the recipe's autoencoders.</summary>
internal sealed class TraceResolver(Recipe recipe, PlanContext context, AutoencoderResolver autoencoders)
{
    /// <summary>The one activation that a configuration traces.</summary>
    /// <param name="trace">The configuration.</param>
    /// <param name="subject">What asks for it, for errors.</param>
    /// <param name="preferred">The autoencoder that the request is about: it is meant where several fit.</param>
    /// <exception cref="InvalidInputException">It isn't in the model, or it isn't one activation.</exception>
    public ResolvedTrace Resolve(TraceConfiguration trace, string subject, AutoencoderReference? preferred)
    {
        subject = $"{subject}, trace";
        ValidateRange(trace.Layer, context.Model.Layers, "layer", "layers", subject);
        var isHead = trace.NodeType == NodeType.AttentionHead;
        if (trace.TensorIndices.Count != (isHead ? 3 : 2))
        {
            throw new InvalidInputException(subject, $"it needs {(isHead ? "query token, key token and head" : "a token and an index")}");
        }

        if (trace.TensorIndices.Any(index => index is null))
        {
            throw new InvalidInputException(
                subject, "it is of all tokens, and the gradient is one of one activation; name the token's position in the sequence");
        }

        var (token, last) = (trace.TensorIndices[0]!.Value, trace.TensorIndices[^1]!.Value);
        var key = isHead ? trace.TensorIndices[1]!.Value : token;
        if (key > token)
        {
            throw new InvalidInputException(subject, $"key token {key} comes after query token {token}: attention only looks back");
        }

        if (!context.Model.IsGpt2 && (isHead || trace.NodeType == NodeType.MlpNeuron))
        {
            throw new InvalidInputException(
                subject, $"{RecipeNames.NameOf(trace.NodeType)} is traced in GPT-2 models alone; in others latents of autoencoders are");
        }

        var autoencoder = isHead || trace.NodeType == NodeType.MlpNeuron ? null : Autoencoder(trace, subject, preferred);
        var (what, count) = isHead ? ("head", context.Model.Heads == 0 ? int.MaxValue : context.Model.Heads)
            : autoencoder is null ? ("neuron", context.Model.NeuronWidth) : ("latent", autoencoder.Header.LatentCount);
        ValidateRange(last, count, what, what + "s", subject);
        if (isHead == trace.AttentionTraceType is null)
        {
            throw new InvalidInputException(subject, "attentionTraceType (q, k, qk or v) is for attention heads, and they need it");
        }

        if (trace.AttentionTraceType == AttentionTraceType.V && trace.PreOrPostAct == PreOrPostAct.Pre)
        {
            throw new InvalidInputException(
                subject, "values are weighted after the softmax: with attentionTraceType v, preOrPostAct has to be post");
        }

        if (context.Model.Heads == 0 && (isHead || autoencoder?.NodeType == AutoencoderNodeType.Attention))
        {
            throw new InvalidInputException(
                subject, "it goes through attention, and the model's config.json, which says how many heads there are, is missing");
        }

        return new ResolvedTrace(
            isHead ? TraceTarget.AttentionHead : autoencoder is null ? TraceTarget.MlpNeuron : TraceTarget.AutoencoderLatent,
            trace.Layer, token, key, last, trace.PreOrPostAct == PreOrPostAct.Pre, trace.AttentionTraceType, trace.DetachLayerNormScale,
            autoencoder,
            Downstream(trace, subject, preferred))
        {
            ParallelResidual = context.Model.ParallelResidual,
        };
    }

    /// <summary>The autoencoder that a trace's node type means.</summary>
    public ResolvedAutoencoder Autoencoder(TraceConfiguration trace, string subject, AutoencoderReference? preferred)
    {
        if (trace.NodeType is NodeType.MlpNeuron or NodeType.AttentionHead)
        {
            throw new InvalidInputException(
                subject, $"it is of {RecipeNames.NameOf(trace.NodeType)}, and a latent of an autoencoder is needed");
        }

        var nodeType = trace.NodeType.OfAutoencoder();
        var fitting = recipe.Autoencoders
            .Where(reference => (nodeType is null || reference.ExplainedNode == nodeType)
                && (trace.Autoencoder is null || trace.Autoencoder == reference.Name))
            .ToList();
        if (fitting.Count == 0 && recipe.ReferenceCompatible && recipe.Autoencoders.Count == 1)
        {
            fitting = [recipe.Autoencoders[0]];
        }

        if (fitting.Count == 0)
        {
            var present = recipe.Autoencoders.Select(reference => $"{RecipeNames.NameOf(reference.NodeType)} ('{reference.Name}')");
            throw new InvalidInputException(
                subject,
                $"it is of {RecipeNames.NameOf(trace.NodeType)}, but the recipe's autoencoder is "
                + $"{string.Join(", ", present.DefaultIfEmpty("missing"))}");
        }

        var chosen = fitting.Count == 1 ? fitting[0] : fitting.Find(reference => reference.Name == preferred?.Name);
        if (chosen is null || (nodeType is null && fitting.Count > 1))
        {
            var names = fitting.Select(reference => RecipeNames.NameOf(reference.NodeType)).Distinct().ToList();
            var remedy = names.Count == fitting.Count
                ? $"use {string.Join(" or ", names)}"
                : "say which with \"autoencoder\" in the request";
            throw new InvalidInputException(
                subject, $"{RecipeNames.NameOf(trace.NodeType)} is ambiguous with {fitting.Count} autoencoders; {remedy}");
        }

        return autoencoders.Resolve(chosen, trace.Layer, subject);
    }

    private ResolvedTrace? Downstream(TraceConfiguration trace, string subject, AutoencoderReference? preferred)
    {
        if (trace.Downstream is null)
        {
            return null;
        }

        if (trace.AttentionTraceType != AttentionTraceType.V)
        {
            throw new InvalidInputException(subject, "downstream is for attentionTraceType v alone");
        }

        var downstream = Resolve(trace.Downstream, $"{subject}, downstream", preferred);
        return downstream.Layer > trace.Layer || (downstream.Layer == trace.Layer && !downstream.IsInAttention)
            ? downstream
            : throw new InvalidInputException(subject, $"downstream {downstream} comes before what layer {trace.Layer}'s attention writes");
    }

    private static void ValidateRange(int index, int count, string what, string plural, string subject)
    {
        if (index < 0 || index >= count)
        {
            throw new InvalidInputException(subject, $"{what} {index} does not exist; there are {plural} 0 to {count - 1}");
        }
    }
}
