using AeServerless.Engine.Derivation;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>The weights of one transformer layer in float64, GPT-2's names and layouts (<c>[in, out]</c>).</summary>
internal sealed class BlockWeights : IDisposable
{
    private readonly Tensor[] _tensors;

    private BlockWeights(Tensor[] tensors, int heads, double epsilon)
    {
        _tensors = tensors;
        Heads = heads;
        Epsilon = epsilon;
    }

    public int Heads { get; }

    public double Epsilon { get; }

    public Tensor AttentionNormWeight => _tensors[0]; // [d]

    public Tensor AttentionNormBias => _tensors[1]; // [d]

    public Tensor QueryKeyValueWeight => _tensors[2]; // [d, 3 d]

    public Tensor QueryKeyValueBias => _tensors[3]; // [3 d]

    public Tensor AttentionOutWeight => _tensors[4]; // [d, d]

    public Tensor AttentionOutBias => _tensors[5]; // [d]

    public Tensor MlpNormWeight => _tensors[6]; // [d]

    public Tensor MlpNormBias => _tensors[7]; // [d]

    public Tensor MlpInWeight => _tensors[8]; // [d, n]

    public Tensor MlpInBias => _tensors[9]; // [n]

    public Tensor MlpOutWeight => _tensors[10]; // [n, d]

    public Tensor MlpOutBias => _tensors[11]; // [d]

    public static async Task<BlockWeights> LoadAsync(
        ModelTensors model, int layer, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        string[] names =
        [
            "ln_1.weight", "ln_1.bias", "attn.c_attn.weight", "attn.c_attn.bias", "attn.c_proj.weight", "attn.c_proj.bias",
            "ln_2.weight", "ln_2.bias", "mlp.c_fc.weight", "mlp.c_fc.bias", "mlp.c_proj.weight", "mlp.c_proj.bias",
        ];
        var tensors = new Tensor[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var (values, shape) = await model.ReadDoublesAsync(layer, names[i], cancellationToken).ConfigureAwait(false);
            tensors[i] = tensor(values, shape).DetachFromDisposeScope();
        }

        return new BlockWeights(tensors, dimensions.Heads, dimensions.LayerNormEpsilon);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }
}
