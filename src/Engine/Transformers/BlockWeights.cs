using static TorchSharp.torch;

namespace AeServerless.Engine.Transformers;

/// <summary>The weights of one transformer layer in float64.</summary>
internal sealed class BlockWeights : ITransformerBlock
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

    public Tensor AttentionHeads(Tensor residual, bool detachScale)
    {
        var input = Gpt2Block.AttentionInput(residual, Layer, Dimensions, detachScale);
        var (queries, keys, values) = Gpt2Block.Project(input, Layer, Dimensions);
        return Gpt2Block.WeightedValues(Gpt2Block.AttentionLogits(queries, keys).softmax(-1), values).flatten(-2, -1);
    }

    public Tensor AttentionDelta(Tensor residual, bool detachScale) => Gpt2Block.Attention(residual, Layer, Dimensions, detachScale);

    public Tensor MlpInput(Tensor residual, bool detachScale, bool weighted)
    {
        var (weight, bias) = weighted
            ? (Layer.MlpNormWeight, Layer.MlpNormBias)
            : (ones_like(Layer.MlpNormWeight), zeros_like(Layer.MlpNormBias));
        return Gpt2Block.LayerNorm(residual, weight, bias, Dimensions.LayerNormEpsilon, detachScale);
    }

    public Tensor MlpNeurons(Tensor residual, bool detachScale) =>
        Gpt2Block.Gelu(Gpt2Block.MlpPreActivations(residual, Layer, Dimensions, detachScale));

    public Tensor MlpDelta(Tensor residual, bool detachScale) => Gpt2Block.Mlp(residual, Layer, Dimensions, detachScale);

    public void Dispose()
    {
        foreach (var part in _tensors)
        {
            part.Dispose();
        }
    }
}
