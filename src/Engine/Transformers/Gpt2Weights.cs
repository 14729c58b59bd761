using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Transformers;

/// <summary>The weights of a GPT-2.</summary>
internal sealed class Gpt2Weights : IModelWeights
{
    private readonly IByteSource _source;
    private readonly ModelDimensions _dimensions;

    private Gpt2Weights(IByteSource source, ModelTensors tensors, ModelDimensions dimensions)
    {
        (_source, Tensors, _dimensions) = (source, tensors, dimensions);
    }

    public ModelTensors Tensors { get; }

    public static async Task<Gpt2Weights> OpenAsync(IByteSource source, ModelDimensions dimensions, CancellationToken cancellationToken) =>
        new(source, new ModelTensors(await SafetensorsFile.OpenAsync(source, cancellationToken)), dimensions);

    public Task<float[]> OutputAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) => Tensors.ReadFloatsAsync(
        layer, $"{NameOf(sublayer)}.c_proj.weight", [UnitsOf(sublayer), _dimensions.ModelWidth], cancellationToken);

    public Task<float[]> OutputBiasAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) =>
        Tensors.ReadFloatsAsync(layer, $"{NameOf(sublayer)}.c_proj.bias", [_dimensions.ModelWidth], cancellationToken);

    public Task<float[]> PostNormAsync(Sublayer sublayer, int layer, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A GPT-2 has no norms behind its sublayers.");

    public async Task<ITransformerBlock> BlockAsync(int layer, CancellationToken cancellationToken) =>
        await BlockWeights.LoadAsync(Tensors, layer, _dimensions, cancellationToken);

    public void Dispose() => (_source as IDisposable)?.Dispose();

    private static string NameOf(Sublayer sublayer) => sublayer == Sublayer.Mlp ? "mlp" : "attn";

    private int UnitsOf(Sublayer sublayer) => sublayer == Sublayer.Mlp ? _dimensions.NeuronWidth : _dimensions.ModelWidth;
}
