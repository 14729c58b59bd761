using AeServerless.Models.Configuration;
using AeServerless.Models.Numerics;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>One pass of a batch through a model, and the backward passes behind it.</summary>
internal sealed class ModelPass(
    Architecture architecture,
    ModelWeights weights,
    IReadOnlyDictionary<Rope, RotaryTable> tables,
    torch.Device device,
    RecordingRequest request,
    IReadOnlyList<IActivationHook> hooks)
{
    private static readonly ActivationSite LogitsSite = new(ModelLocations.Logits, null);

    /// <summary>Runs the sequences.</summary>
    public ActivationRecording Run(IReadOnlyList<int[]> sequences)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.enable_grad(false);
        var recorder = new Recorder(request, hooks, scope);
        var backward = new List<GradientRecording>();
        try
        {
            var batch = new SequenceBatch(sequences, architecture, device);
            var residual = Layers(batch, recorder);
            if (request.NeedsHead)
            {
                RunHead(residual, batch, recorder, backward);
            }

            return new ActivationRecording(recorder.Activations, backward);
        }
        catch
        {
            new ActivationRecording(recorder.Activations, backward).Dispose();
            throw;
        }
    }

    private Tensor Layers(SequenceBatch batch, Recorder recorder)
    {
        var count = request.LayersNeeded(architecture);
        var positions = new BatchPositions(batch, architecture, architecture.Layers.Take(count), tables, device);
        var graphFrom = FirstLayerOfGraph();
        var residual = Embed(batch);
        if (graphFrom < 0)
        {
            residual.requires_grad_(true);
        }

        residual = recorder.Visit(ModelLocations.ResidPostEmb, null, residual);
        for (var layer = 0; layer < count; layer++)
        {
            // Weights need no gradients: the graph begins with the stream before the first layer whose gradients are asked for.
            if (layer == graphFrom)
            {
                residual = residual.detach().requires_grad_(true);
            }

            using var mode = torch.enable_grad(layer >= graphFrom);
            var before = residual;
            residual = new DecoderLayer(architecture, architecture.Layers[layer], weights.Layers[layer], layer)
                .Forward(before, batch, positions, recorder);
            if (layer < graphFrom)
            {
                before.Dispose();
            }
        }

        return residual;
    }

    private Tensor Embed(SequenceBatch batch)
    {
        var residual = weights.Embedding.Rows(batch.Tokens);
        if (weights.Positions is { } positions)
        {
            residual = residual.Plus(positions.index_select(0, batch.Positions));
        }

        return architecture.EmbeddingScale == 1 ? residual : residual.Times(architecture.EmbeddingScale);
    }

    // −1 where the graph begins with the embedding, the number of layers where there is none.
    private int FirstLayerOfGraph() => request.Backward.SelectMany(backward => backward.Sites)
        .Select(site => site.Location == ModelLocations.Logits ? architecture.Layers.Count : site.Layer ?? -1)
        .DefaultIfEmpty(architecture.Layers.Count)
        .Min();

    private void RunHead(Tensor residual, SequenceBatch batch, Recorder recorder, List<GradientRecording> recordings)
    {
        var head = new Head(architecture, weights.Head!);
        using var mode = torch.enable_grad(residual.requires_grad);
        var final = Norm.Apply(architecture, weights.FinalNorm!, residual);
        using var closedForm = torch.enable_grad(false);
        var detached = final.detach();
        if (request.Forward.Contains(LogitsSite))
        {
            recorder.Visit(ModelLocations.Logits, null, head.Logits(detached));
        }

        for (var i = 0; i < request.Backward.Count; i++)
        {
            var loss = head.Gradients(request.Backward[i].Loss, detached, batch, request.Backward[i].Sites.Contains(LogitsSite));
            recordings.Add(Backward(request.Backward[i], loss, final, recorder, last: i == request.Backward.Count - 1));
        }
    }

    private static GradientRecording Backward(GradientRequest wanted, LossGradients loss, Tensor final, Recorder recorder, bool last)
    {
        var gradients = new Dictionary<ActivationSite, Tensor>();
        var sites = wanted.Sites.Where(site => site != LogitsSite).Distinct().ToList();
        if (sites.Count > 0)
        {
            var values = sites.Select(site => recorder.InGraph[site]).ToList();
            var results = torch.autograd.grad([final], values, [loss.Final], retain_graph: !last, allow_unused: true);
            for (var i = 0; i < sites.Count; i++)
            {
                // A value that the loss does not depend on has none.
                var gradient = results[i] is { } result ? result.contiguous() : torch.zeros_like(values[i]);
                gradients.Add(sites[i], gradient.detach().DetachFromDisposeScope());
            }
        }

        if (loss.Logits is { } logits)
        {
            gradients.Add(LogitsSite, logits.DetachFromDisposeScope());
        }

        return new GradientRecording(loss.Losses, gradients);
    }
}
