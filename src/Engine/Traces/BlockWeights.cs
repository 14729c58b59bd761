using AeServerless.Engine.Derivation;
using AeServerless.Engine.Models;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>The weights of one transformer layer in float64.</summary>
internal sealed class BlockWeights : IDisposable
{
    private readonly List<Tensor> _tensors;

    private BlockWeights(Gpt2Config config, Gpt2LayerWeights layer, List<Tensor> tensors)
    {
        Config = config;
        Layer = layer;
        _tensors = tensors;
    }

    public Gpt2Config Config { get; }

    public Gpt2LayerWeights Layer { get; }

    public static async Task<BlockWeights> LoadAsync(
        ModelTensors model, int layer, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        var parts = new Dictionary<string, (double[] Values, long[] Shape)>();
        foreach (var (name, shape) in Gpt2WeightNames.Layer(dimensions.ModelWidth, dimensions.NeuronWidth))
            parts.Add(name, (await model.ReadDoublesAsync(layer, name, shape, cancellationToken).ConfigureAwait(false), shape));
        var tensors = new List<Tensor>();
        var weights = Gpt2LayerWeights.From(name =>
        {
            var part = tensor(parts[name].Values, parts[name].Shape).DetachFromDisposeScope();
            tensors.Add(part);
            return part;
        });
        return new BlockWeights(dimensions.ToBlockConfig(), weights, tensors);
    }

    public void Dispose()
    {
        foreach (var part in _tensors)
            part.Dispose();
    }
}
