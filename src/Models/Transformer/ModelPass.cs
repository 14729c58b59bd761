using AeServerless.Engine.Numerics;
using AeServerless.Engine.Recipes;
using AeServerless.Models.Configuration;
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
        var recorder = new Recorder(request, hooks, scope, TracedSites());
        var backward = new List<GradientRecording>();
        try
        {
            var batch = new SequenceBatch(sequences, architecture, device);
            var positions = new BatchPositions(
                batch, architecture, architecture.Layers.Take(request.LayersNeeded(architecture)), tables, device);
            var residual = Layers(batch, positions, recorder);
            RunBackward(residual, batch, positions, recorder, backward);

            return new ActivationRecording(recorder.Activations, backward);
        }
        catch
        {
            new ActivationRecording(recorder.Activations, backward).Dispose();
            throw;
        }
    }

    private IEnumerable<ActivationSite> TracedSites() =>
        request.Backward.SelectMany(backward => TracedActivation.Sites(backward, architecture, hooks));

    private Tensor Layers(SequenceBatch batch, BatchPositions positions, Recorder recorder)
    {
        var count = request.LayersNeeded(architecture);
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
    private int FirstLayerOfGraph() => request.Backward.SelectMany(backward => backward.Sites).Concat(TracedSites())
        .Select(site => site.Location == ModelLocations.Logits ? architecture.Layers.Count : site.Layer ?? -1)
        .DefaultIfEmpty(architecture.Layers.Count)
        .Min();

    private void RunBackward(
        Tensor residual, SequenceBatch batch, BatchPositions positions, Recorder recorder, List<GradientRecording> recordings)
    {
        var final = request.NeedsHead ? Final(residual) : null;
        var detached = final?.detach();
        if (request.Forward.Contains(LogitsSite))
        {
            recorder.Visit(ModelLocations.Logits, null, new Head(architecture, weights.Head!).Logits(detached!));
        }

        for (var i = 0; i < request.Backward.Count; i++)
        {
            var wanted = request.Backward[i];
            var last = i == request.Backward.Count - 1;
            recordings.Add(wanted.Trace is { } trace
                ? BackwardOfTrace(wanted, trace, batch, positions, recorder, last)
                : BackwardOfLoss(wanted, final!, detached!, batch, recorder, last));
        }
    }

    private Tensor Final(Tensor residual)
    {
        using var mode = torch.enable_grad(residual.requires_grad);
        return Norm.Apply(architecture, weights.FinalNorm!, residual);
    }

    private GradientRecording BackwardOfLoss(
        GradientRequest wanted, Tensor final, Tensor detached, SequenceBatch batch, Recorder recorder, bool last)
    {
        var loss = new Head(architecture, weights.Head!).Gradients(wanted.Loss, detached, batch, wanted.Sites.Contains(LogitsSite));
        var gradients = Gradients(wanted, final, loss.Final, recorder, last);
        if (loss.Logits is { } logits)
        {
            gradients.Add(LogitsSite, logits.DetachFromDisposeScope());
        }

        return new GradientRecording(loss.Losses, gradients);
    }

    private GradientRecording BackwardOfTrace(
        GradientRequest wanted,
        TraceConfiguration trace,
        SequenceBatch batch,
        BatchPositions positions,
        Recorder recorder,
        bool last)
    {
        using var mode = torch.enable_grad(true);
        var values = new TracedActivation(architecture, weights, batch, positions, recorder, hooks, wanted.Loss).Values(trace);
        var gradients = Gradients(wanted, values, torch.ones_like(values), recorder, last);
        return new GradientRecording(TensorReader.Doubles(values.detach()), gradients);
    }

    private static Dictionary<ActivationSite, Tensor> Gradients(
        GradientRequest wanted, Tensor of, Tensor slope, Recorder recorder, bool last)
    {
        var gradients = new Dictionary<ActivationSite, Tensor>();
        var sites = wanted.Sites.Where(site => site != LogitsSite).Distinct().ToList();
        var values = sites.Select(site => recorder.InGraph[site]).ToList();
        var results = sites.Count > 0 && of.requires_grad
            ? torch.autograd.grad([of], values, [slope], retain_graph: !last, allow_unused: true)
            : null;
        for (var i = 0; i < sites.Count; i++)
        {
            // A value that the loss does not depend on has none: nothing, or a tensor without content.
            var gradient = results?[i] is { IsInvalid: false } result ? result.contiguous() : torch.zeros_like(values[i]);
            gradients.Add(sites[i], gradient.detach().DetachFromDisposeScope());
        }

        return gradients;
    }
}
