using AeServerless.Capture.Gpt2;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Capture.Tests.Gpt2;

/// <summary>
/// The activation that a trace starts from, as a scalar that is differentiable in the residual stream just before it. A layer norm whose scale
/// the trace detaches is the traced layer's own; the rest of the model keeps its gradients.
/// </summary>
internal sealed class TracedActivation(Gpt2Model model, ForwardPass pass)
{
    /// <summary>The traced activation, summed over the batch and over the indices that the trace leaves open.</summary>
    /// <param name="trace">What is traced. The pass must have recorded the residual stream just before it.</param>
    /// <param name="loss">
    /// What a head traced through its values goes on to where the trace names no activation: a loss of the residual stream after the final norm.
    /// Else unused.
    /// </param>
    /// <exception cref="InvalidInputException">
    /// A latent of a layer without autoencoder, or a head traced through its values with neither an activation nor a loss to go on to.
    /// </exception>
    public Tensor Value(TraceConfiguration trace, Func<Tensor, Tensor>? loss = null) => trace.NodeType switch
    {
        NodeType.MlpNeuron => Pick(Neurons(trace), trace.TensorIndices),
        NodeType.AttentionHead when trace.AttentionTraceType == AttentionTraceType.V => HeadWrite(trace, loss),
        NodeType.AttentionHead => HeadAttention(trace),
        _ => Pick(Latents(trace), trace.TensorIndices),
    };

    /// <summary>The site of the residual stream just before the traced activation.</summary>
    public ActivationSite Before(TraceConfiguration trace) => trace.NodeType switch
    {
        NodeType.MlpNeuron => new(ActivationLocation.ResidPostAttn, trace.Layer),
        NodeType.AttentionHead => BeforeAttention(trace.Layer),
        _ => Autoencoder(trace).Input == AutoencoderInput.ResidDeltaAttn ? BeforeAttention(trace.Layer) : new(ActivationLocation.ResidPostAttn, trace.Layer),
    };

    private static ActivationSite BeforeAttention(int layer) =>
        layer == 0 ? new(ActivationLocation.ResidPostEmb, null) : new(ActivationLocation.ResidPostMlp, layer - 1);

    private static Tensor Pick(Tensor activations, IReadOnlyList<int?> indices)
    {
        // [batch, …]: each index that is given narrows the next dimension.
        for (var i = 0; i < indices.Count; i++)
        {
            if (indices[i] is { } index)
            {
                activations = activations.narrow(i + 1, index, 1);
            }
        }

        return activations.sum();
    }

    private Gpt2LayerWeights Layer(TraceConfiguration trace) => model.Weights.Layers[trace.Layer];

    private HookedAutoencoder Autoencoder(TraceConfiguration trace) => model.Autoencoders.SingleOrDefault(autoencoder =>
        autoencoder.Layer == trace.Layer && (trace.NodeType == NodeType.AutoencoderLatent || IsAttention(autoencoder) == IsAttention(trace)))
        ?? throw new InvalidInputException($"trace of layer {trace.Layer}", "needs exactly one autoencoder of its node type in the forward pass of that layer");

    private static bool IsAttention(HookedAutoencoder autoencoder) => autoencoder.Input.NodeType() == AutoencoderNodeType.Attention;

    private static bool IsAttention(TraceConfiguration trace) => trace.NodeType == NodeType.AttentionAutoencoderLatent;

    private Tensor Neurons(TraceConfiguration trace)
    {
        var neurons = Gpt2Block.MlpPreActivations(pass[Before(trace)], Layer(trace), model.Config.Dimensions, trace.DetachLayerNormScale);
        return trace.PreOrPostAct == PreOrPostAct.Pre ? neurons : Gpt2Block.Gelu(neurons);
    }

    private Tensor Latents(TraceConfiguration trace)
    {
        var autoencoder = Autoencoder(trace);
        var residual = pass[Before(trace)];
        var input = autoencoder.Input switch
        {
            AutoencoderInput.ResidDeltaAttn => Gpt2Block.Attention(residual, Layer(trace), model.Config.Dimensions, trace.DetachLayerNormScale),
            AutoencoderInput.ResidDeltaMlp => Gpt2Block.Mlp(residual, Layer(trace), model.Config.Dimensions, trace.DetachLayerNormScale),
            _ => Gpt2Block.Gelu(Gpt2Block.MlpPreActivations(residual, Layer(trace), model.Config.Dimensions, trace.DetachLayerNormScale)),
        };
        var preActivations = autoencoder.PreActivations(input);
        return trace.PreOrPostAct == PreOrPostAct.Pre ? preActivations : autoencoder.Activate(preActivations);
    }

    private Tensor HeadAttention(TraceConfiguration trace)
    {
        var (queries, keys, _) = Project(trace);
        if (trace.AttentionTraceType == AttentionTraceType.Q)
        {
            keys = keys.detach();
        }

        if (trace.AttentionTraceType == AttentionTraceType.K)
        {
            queries = queries.detach();
        }

        var logits = Gpt2Block.AttentionLogits(queries, keys); // [batch, heads, queries, keys]
        var attention = trace.PreOrPostAct == PreOrPostAct.Pre ? logits : logits.softmax(-1);
        return Pick(attention.permute(0, 2, 3, 1), trace.TensorIndices);
    }

    private Tensor HeadWrite(TraceConfiguration trace, Func<Tensor, Tensor>? loss)
    {
        // The direct path: what the head writes meets the gradient just before the activation that it goes on to, past the layers between.
        var site = trace.Downstream is { } node ? Before(node) : new ActivationSite(ActivationLocation.ResidPostMlp, model.Config.Layers - 1);
        var goesOnTo = trace.Downstream is { } downstream
            ? Value(downstream)
            : (loss ?? throw NothingToGoOnTo(trace))(model.Head.FinalNorm(pass[site], trace.DetachLayerNormScale));
        var behind = pass.Gradients(goesOnTo, [site], retainGraph: true)[site]; // [batch, tokens, d_model]

        var (queries, keys, values) = Project(trace);
        var attention = Gpt2Block.AttentionLogits(queries, keys).softmax(-1).detach(); // [batch, heads, queries, keys]
        var heads = Layer(trace).AttentionOutWeight.view(model.Config.Heads, model.Config.HeadWidth, model.Config.Width);
        var written = torch.einsum("bkhe,hed->bkhd", values, heads);
        var effects = torch.einsum("bkhd,bqd->bqkh", written, behind);
        return Pick(attention.permute(0, 2, 3, 1) * effects, trace.TensorIndices);
    }

    private static InvalidInputException NothingToGoOnTo(TraceConfiguration trace) =>
        new($"trace of layer {trace.Layer}", "a head traced through its values needs a downstream trace or a loss");

    private (Tensor Queries, Tensor Keys, Tensor Values) Project(TraceConfiguration trace) => Gpt2Block.Project(
        Gpt2Block.AttentionInput(pass[Before(trace)], Layer(trace), model.Config.Dimensions, trace.DetachLayerNormScale), Layer(trace), model.Config.Dimensions);
}
