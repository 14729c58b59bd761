using AeServerless.Engine.Derivation;
using AeServerless.Engine.Models;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>What follows a model's last layer, in float64: the final norm and the unembedding.</summary>
internal sealed class UnembeddingWeights : IDisposable
{
    private readonly Gpt2Weights _weights;

    private UnembeddingWeights(Gpt2Config config, Gpt2Weights weights)
    {
        _weights = weights;
        Model = new Gpt2Model(config, weights);
    }

    /// <summary>The model without its layers.</summary>
    public Gpt2Model Model { get; }

    public static async Task<UnembeddingWeights> LoadAsync(ModelTensors model, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        var (unembedding, vocabulary) = await model.ReadUnembeddingAsync(dimensions.ModelWidth, cancellationToken).ConfigureAwait(false);
        var norm = await model.ReadDoublesAsync("ln_f.weight", [dimensions.ModelWidth], cancellationToken).ConfigureAwait(false);
        var bias = await model.ReadDoublesAsync("ln_f.bias", [dimensions.ModelWidth], cancellationToken).ConfigureAwait(false);
        var config = dimensions.ToBlockConfig() with { Layers = 0, Vocabulary = vocabulary };
        return new UnembeddingWeights(config, Gpt2Weights.Create(config, (name, shape) => name switch
        {
            "wte.weight" => tensor(unembedding, shape),
            "ln_f.weight" => tensor(norm, shape),
            "ln_f.bias" => tensor(bias, shape),
            _ => zeros(shape, ScalarType.Float64),
        }));
    }

    public void Dispose() => _weights.Dispose();
}
