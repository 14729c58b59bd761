using AeServerless.Engine.Transformers;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Models.Plans;

/// <summary>A model whose layers are loaded one by one, when they are asked for.</summary>
internal sealed class PlanModel(ModelDescription description, Checkpoint checkpoint) : IModelWeights
{
    private readonly Dictionary<int, LayerWeights> _layers = [];

    public async Task<float[]> OutputAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken)
    {
        var weights = await LayerAsync(layer, cancellationToken);
        using var scope = torch.NewDisposeScope();
        return TensorReader.Values(Output(weights, sublayer).Matrix.t());
    }

    public async Task<float[]> OutputBiasAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken)
    {
        var weights = await LayerAsync(layer, cancellationToken);
        return Output(weights, sublayer).Bias is { } bias ? TensorReader.Values(bias) : new float[description.Architecture.Width];
    }

    public async Task<float[]> PostNormAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken)
    {
        var weights = await LayerAsync(layer, cancellationToken);
        var norm = sublayer == Sublayer.Mlp ? weights.PostMlpNorm : weights.PostAttentionNorm;
        if (norm?.Weight is { } weight)
        {
            return TensorReader.Values(weight);
        }

        var ones = new float[description.Architecture.Width];
        Array.Fill(ones, 1);
        return ones;
    }

    public async Task<ITransformerBlock> BlockAsync(int layer, CancellationToken cancellationToken) => new PlanBlock(
        description.Architecture,
        description.Architecture.Layers[layer],
        await WeightLoader.LoadLayerAsync(checkpoint, description, layer, cancellationToken));

    public void Dispose()
    {
        foreach (var layer in _layers.Values)
        {
            layer.Dispose();
        }

        checkpoint.Dispose();
    }

    private static Linear Output(LayerWeights weights, Sublayer sublayer) =>
        sublayer == Sublayer.Mlp ? weights.MlpOut : weights.AttentionOut;

    private async Task<LayerWeights> LayerAsync(int layer, CancellationToken cancellationToken)
    {
        if (!_layers.TryGetValue(layer, out var weights))
        {
            _layers[layer] = weights = await WeightLoader.LoadLayerAsync(checkpoint, description, layer, cancellationToken);
        }

        return weights;
    }
}
