using AeServerless.Engine.Recipes;
using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>
/// The activation that a trace starts from, differentiable in the residual stream just before it. A norm whose scale the trace detaches is
/// the traced layer's own; the rest of the model keeps its gradients.
/// </summary>
/// <param name="architecture">The model's architecture.</param>
/// <param name="weights">Its weights.</param>
/// <param name="batch">The sequences.</param>
/// <param name="positions">Their positions.</param>
/// <param name="residuals">The residual streams of <see cref="Sites"/>, each a leaf of the graph.</param>
/// <param name="silent">For what is computed again: it is recorded nowhere, and no autoencoder acts on it.</param>
/// <param name="hooks">What acts on the forward pass.</param>
/// <param name="loss">What a head traced through its values goes on to where the trace names nothing else.</param>
internal sealed class TracedActivation(
    Architecture architecture,
    ModelWeights weights,
    SequenceBatch batch,
    BatchPositions positions,
    IReadOnlyDictionary<ActivationSite, Tensor> residuals,
    Recorder silent,
    IReadOnlyList<IActivationHook> hooks,
    LossDescription loss)
{
    /// <summary>The residual streams that a trace is computed from, which the forward pass has to keep.</summary>
    public static IEnumerable<ActivationSite> Sites(
        GradientRequest request, Architecture architecture, IReadOnlyList<IActivationHook> hooks)
    {
        for (var trace = request.Trace; trace is not null; trace = trace.Downstream)
        {
            yield return Before(trace, architecture, hooks);
        }

        if (request is { Trace: not null, NeedsHead: true })
        {
            yield return AfterLastLayer(architecture);
        }
    }

    /// <summary>The residual stream just before a traced activation.</summary>
    public static ActivationSite Before(TraceConfiguration trace, Architecture architecture, IReadOnlyList<IActivationHook> hooks)
    {
        var attention = trace.NodeType switch
        {
            NodeType.MlpNeuron => false,
            NodeType.AttentionHead => true,
            _ => TraceCheck.TracedHook(trace, hooks).Autoencoder.IsOnAttention,
        };
        if (!attention && !architecture.ParallelResidual)
        {
            return new ActivationSite(ModelLocations.ResidPostAttn, trace.Layer);
        }

        return trace.Layer == 0
            ? new ActivationSite(ModelLocations.ResidPostEmb, null)
            : new ActivationSite(ModelLocations.ResidPostMlp, trace.Layer - 1);
    }

    /// <summary>
    /// The traced activation of each sequence, summed over the indices that the trace leaves open; 0 where the sequence is too short.
    /// <c>[sequences]</c>.
    /// </summary>
    public Tensor Values(TraceConfiguration trace) => trace.NodeType switch
    {
        NodeType.MlpNeuron => Pick(batch.SplitRows(Neurons(trace)), trace.TensorIndices),
        NodeType.AttentionHead when trace.AttentionTraceType == AttentionTraceType.V => HeadWrites(trace),
        NodeType.AttentionHead => HeadAttention(trace),
        _ => Pick(batch.SplitRows(Latents(trace)), trace.TensorIndices),
    };

    /// <summary>The residual stream behind the last layer.</summary>
    public static ActivationSite AfterLastLayer(Architecture architecture) =>
        new(ModelLocations.ResidPostMlp, architecture.Layers.Count - 1);

    // Each [sequences, …]: each index that is given narrows the next dimension.
    private Tensor Pick(IReadOnlyList<Tensor> runs, IReadOnlyList<int?> indices)
    {
        var values = new List<Tensor>();
        for (var run = 0; run < runs.Count; run++)
        {
            var part = runs[run];
            if (indices.SkipLast(1).Any(token => token >= batch.Runs[run].Length))
            {
                values.Add(torch.zeros([part.shape[0]], part.dtype, part.device));
                continue;
            }

            for (var i = 0; i < indices.Count; i++)
            {
                if (indices[i] is { } index)
                {
                    part = part.narrow(i + 1, index, 1);
                }
            }

            values.Add(part.flatten(1).sum([1L]));
        }

        return values.Count == 1 ? values[0] : torch.cat(values);
    }

    private Tensor Residual(TraceConfiguration trace) => residuals[Before(trace, architecture, hooks)];

    private DecoderLayer Layer(TraceConfiguration trace) =>
        new(architecture, architecture.Layers[trace.Layer], weights.Layers[trace.Layer], trace.Layer, trace.DetachLayerNormScale);

    private Tensor Neurons(TraceConfiguration trace)
    {
        var (before, after) = Layer(trace).Neurons(Residual(trace), silent);
        return trace.PreOrPostAct == PreOrPostAct.Pre ? before : after;
    }

    private Tensor Latents(TraceConfiguration trace)
    {
        var autoencoder = TraceCheck.TracedHook(trace, hooks).Autoencoder;
        var (layer, residual) = (Layer(trace), Residual(trace));
        var input = autoencoder.Input switch
        {
            Engine.Autoencoders.AutoencoderInput.ResidDeltaAttn => layer.Attend(residual, batch, positions, silent),
            Engine.Autoencoders.AutoencoderInput.ResidDeltaMlp => layer.ApplyMlp(residual, silent),
            _ => layer.Neurons(residual, silent).After,
        };
        var preActivations = autoencoder.PreActivations(input);
        return trace.PreOrPostAct == PreOrPostAct.Pre ? preActivations : autoencoder.Activate(preActivations);
    }

    private Tensor HeadAttention(TraceConfiguration trace)
    {
        var attention = new List<Tensor>();
        foreach (var (run, projected) in Layer(trace).Project(Residual(trace), batch, positions, silent).Index())
        {
            var queries = trace.AttentionTraceType == AttentionTraceType.K ? projected.Queries.detach() : projected.Queries;
            var keys = trace.AttentionTraceType == AttentionTraceType.Q ? projected.Keys.detach() : projected.Keys;
            var scores = Scores(trace, run, queries, keys);
            attention.Add((trace.PreOrPostAct == PreOrPostAct.Pre ? scores : scores.softmax(-1)).permute(0, 2, 3, 1));
        }

        return Pick(attention, trace.TensorIndices);
    }

    private Tensor Scores(TraceConfiguration trace, int run, Tensor queries, Tensor keys)
    {
        var layer = architecture.Layers[trace.Layer];
        var length = batch.Runs[run].Length;
        var mask = Attention.Mask(length, layer.Window, queries.device);
        return Attention.Scores(queries, keys, layer.ScoreScale, mask, architecture.ScoreCap);
    }

    // The direct path: what the head writes meets the gradient just before the activation that it goes on to, past the layers between.
    private Tensor HeadWrites(TraceConfiguration trace)
    {
        var behind = batch.SplitRows(trace.Downstream is { } downstream ? GradientBefore(downstream) : GradientOfLoss(trace));
        var matrix = weights.Layers[trace.Layer].AttentionOut.Matrix; // [d_model, heads · d_head]
        var heads = matrix.view(architecture.Width, architecture.Heads, architecture.HeadWidth);
        var effects = new List<Tensor>();
        foreach (var (run, projected) in Layer(trace).Project(Residual(trace), batch, positions, silent).Index())
        {
            var attention = Scores(trace, run, projected.Queries, projected.Keys).softmax(-1).detach(); // [sequences, heads, queries, keys]
            var written = torch.einsum("bhke,dhe->bhkd", projected.Values, heads);
            var met = torch.einsum("bhkd,bqd->bqkh", written, behind[run]);
            effects.Add(attention.permute(0, 2, 3, 1).mul(met));
        }

        return Pick(effects, trace.TensorIndices);
    }

    private Tensor GradientBefore(TraceConfiguration downstream) =>
        torch.autograd.grad([Values(downstream).sum()], [Residual(downstream)], retain_graph: true)[0];

    private Tensor GradientOfLoss(TraceConfiguration trace)
    {
        var residual = residuals[AfterLastLayer(architecture)];
        var normalized = Norm.Normalize(architecture, residual, trace.DetachLayerNormScale);
        var final = Norm.Scale(weights.FinalNorm!, normalized);
        Tensor slope;
        using (torch.enable_grad(false))
        {
            slope = new Head(architecture, weights.Head!).Gradients(loss, final.detach(), batch, withLogits: false).Final;
        }

        return torch.autograd.grad([final], [residual], [slope], retain_graph: true)[0];
    }
}
