using AeServerless.Engine;
using AeServerless.Engine.Recipes;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Recording;

/// <summary>Checks that a model has the activation that a trace starts from.</summary>
internal static class TraceCheck
{
    /// <summary>Throws unless it has.</summary>
    /// <exception cref="InvalidInputException">Names the layer or index.</exception>
    public static void Require(TraceConfiguration trace, Architecture architecture, IReadOnlyList<IActivationHook> hooks)
    {
        var subject = $"trace of layer {trace.Layer}";
        RequireBelow(trace.Layer, architecture.Layers.Count, "layer", "trace");
        var isHead = trace.NodeType == NodeType.AttentionHead;
        if (trace.TensorIndices.Count != (isHead ? 3 : 2) || isHead == trace.AttentionTraceType is null)
        {
            throw new InvalidInputException(
                subject, isHead ? "needs query token, key token, head and an attentionTraceType" : "needs a token and an index");
        }

        var (what, count) = trace.NodeType switch
        {
            NodeType.AttentionHead => ("head", architecture.Heads),
            NodeType.MlpNeuron => ("neuron", architecture.MlpWidth),
            _ => ("latent", TracedHook(trace, hooks).Autoencoder.LatentCount),
        };
        RequireBelow(trace.TensorIndices[^1] ?? 0, count, what, subject);
        if (trace.AttentionTraceType == AttentionTraceType.V)
        {
            RequireValues(trace, architecture, hooks, subject);
        }
    }

    /// <summary>The autoencoder that a latent's trace means.</summary>
    /// <exception cref="InvalidInputException">There is none, or more than one.</exception>
    public static AutoencoderHook TracedHook(TraceConfiguration trace, IReadOnlyList<IActivationHook> hooks)
    {
        var fitting = hooks.OfType<AutoencoderHook>().Where(hook => hook.Autoencoder.Layer == trace.Layer
            && (trace.NodeType == NodeType.AutoencoderLatent
                || hook.Autoencoder.IsOnAttention == (trace.NodeType == NodeType.AttentionAutoencoderLatent))).ToList();
        return fitting is [var hook]
            ? hook
            : throw new InvalidInputException(
                $"trace of layer {trace.Layer}", "needs exactly one autoencoder of its node type in the forward pass of that layer");
    }

    private static void RequireValues(
        TraceConfiguration trace, Architecture architecture, IReadOnlyList<IActivationHook> hooks, string subject)
    {
        if (architecture.PostNorms)
        {
            throw new InvalidInputException(
                subject, $"is of a head's values, and in {architecture.ModelType} a norm lies between what heads write and the stream");
        }

        if (trace.PreOrPostAct == PreOrPostAct.Pre)
        {
            throw new InvalidInputException(subject, "values are weighted after the softmax: preOrPostAct has to be post");
        }

        if (trace.Downstream is { } downstream)
        {
            Require(downstream, architecture, hooks);
        }
    }

    private static void RequireBelow(int index, int count, string what, string subject)
    {
        if (index < 0 || index >= count)
        {
            throw new InvalidInputException(subject, $"{what} {index} does not exist; there are {what}s 0 to {count - 1}");
        }
    }
}
