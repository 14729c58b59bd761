using AeServerless.Engine.Numerics;
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
        var recorder = new Recorder(
            request.Forward,
            request.Backward.SelectMany(backward => TracedActivation.Sites(backward, architecture, hooks)),
            hooks,
            scope);
        var backward = new List<GradientRecording>();
        try
        {
            var batch = new SequenceBatch(sequences, architecture, device);
            var positions = new BatchPositions(
                batch, architecture, architecture.Layers.Take(request.LayersNeeded(architecture)), tables, device);
            var gradientsOf = new GradientPass(architecture, weights, batch, positions, request, hooks, recorder, scope);
            var residual = Layers(batch, positions, recorder, gradientsOf);
            if (request.Forward.Contains(LogitsSite))
            {
                var final = Norm.Apply(architecture, weights.FinalNorm!, residual);
                recorder.Visit(ModelLocations.Logits, null, new Head(architecture, weights.Head!).Logits(final));
            }

            gradientsOf.Run(residual, backward);
            return new ActivationRecording(recorder.Activations, backward);
        }
        catch
        {
            new ActivationRecording(recorder.Activations, backward).Dispose();
            throw;
        }
    }

    private Tensor Layers(SequenceBatch batch, BatchPositions positions, Recorder recorder, GradientPass gradients)
    {
        var residual = recorder.Visit(ModelLocations.ResidPostEmb, null, Embed(batch));
        for (var layer = 0; layer < request.LayersNeeded(architecture); layer++)
        {
            var before = residual;
            residual = new DecoderLayer(architecture, architecture.Layers[layer], weights.Layers[layer], layer)
                .Forward(before, batch, positions, recorder);
            if (!gradients.KeepInput(layer, before))
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
}
