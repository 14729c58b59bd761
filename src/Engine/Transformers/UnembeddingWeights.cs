using static TorchSharp.torch;

namespace AeServerless.Engine.Transformers;

/// <summary>The final norm and the unembedding of a model in float64.</summary>
internal sealed class UnembeddingWeights : IDisposable
{
    private UnembeddingWeights(OutputHead head) => Head = head;

    public OutputHead Head { get; }

    public static async Task<UnembeddingWeights> LoadAsync(
        ModelTensors model, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        var (unembedding, vocabulary) = await model.ReadUnembeddingAsync(dimensions.ModelWidth, cancellationToken);
        var norm = await model.ReadDoublesAsync("ln_f.weight", [dimensions.ModelWidth], cancellationToken);
        var bias = await model.ReadDoublesAsync("ln_f.bias", [dimensions.ModelWidth], cancellationToken);
        return new UnembeddingWeights(new OutputHead(
            tensor(norm).DetachFromDisposeScope(),
            tensor(bias).DetachFromDisposeScope(),
            tensor(unembedding, vocabulary, dimensions.ModelWidth).DetachFromDisposeScope(),
            dimensions.LayerNormEpsilon));
    }

    public void Dispose()
    {
        Head.NormWeight.Dispose();
        Head.NormBias.Dispose();
        Head.Unembedding.Dispose();
    }
}
