using static TorchSharp.torch;

namespace AeServerless.Engine.Transformers;

/// <summary>The weights of one transformer layer in float64.</summary>
internal sealed class BlockWeights : IDisposable
{
    private readonly List<Tensor> _tensors;

    private BlockWeights(ModelDimensions dimensions, Gpt2LayerWeights layer, List<Tensor> tensors)
    {
        Dimensions = dimensions;
        Layer = layer;
        _tensors = tensors;
    }

    public ModelDimensions Dimensions { get; }

    public Gpt2LayerWeights Layer { get; }

    public static async Task<BlockWeights> LoadAsync(
        ModelTensors model, int layer, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        var parts = new Dictionary<string, (double[] Values, long[] Shape)>();
        foreach (var (name, shape) in Gpt2WeightNames.Layer(dimensions.ModelWidth, dimensions.NeuronWidth))
        {
            parts.Add(name, (await model.ReadDoublesAsync(layer, name, shape, cancellationToken), shape));
        }

        var tensors = new List<Tensor>();
        var weights = Gpt2LayerWeights.From(name =>
        {
            var part = tensor(parts[name].Values, parts[name].Shape).DetachFromDisposeScope();
            tensors.Add(part);
            return part;
        });
        return new BlockWeights(dimensions, weights, tensors);
    }

    public void Dispose()
    {
        foreach (var part in _tensors)
        {
            part.Dispose();
        }
    }
}
