using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using static TorchSharp.torch;

namespace AeServerless.Bench.ModelRuns;

/// <summary>The layers of a GPT-2 as anybody would write them with TorchSharp: torch's functions and its fused attention.</summary>
internal sealed class PlainGpt2 : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights = [];
    private readonly int _layers;
    private readonly int _heads;

    private PlainGpt2(int layers, int heads) => (_layers, _heads) = (layers, heads);

    public static async Task<PlainGpt2> LoadAsync(string path, int layers, int heads, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(path);
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var model = new PlainGpt2(layers, heads);
        foreach (var (name, entry) in file.Tensors.Where(tensor => !tensor.Key.EndsWith(".attn.bias", StringComparison.Ordinal)))
        {
            var values = tensor(await file.ReadFloatsAsync(name, cancellationToken), [.. entry.Shape]).DetachFromDisposeScope();

            // linear() takes [out, in].
            model._weights[name.StartsWith("transformer.", StringComparison.Ordinal) ? name["transformer.".Length..] : name] =
                name.Contains(".c_", StringComparison.Ordinal) && values.dim() == 2
                    ? values.t().contiguous().DetachFromDisposeScope()
                    : values;
        }

        return model;
    }

    /// <summary>The residual stream behind the last layer. <c>[sequences, length]</c> → <c>[sequences, length, d_model]</c>.</summary>
    public Tensor Forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var x = _weights["wte.weight"].index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], -1)
            + _weights["wpe.weight"].narrow(0, 0, ids.shape[1]);
        for (var layer = 0; layer < _layers; layer++)
        {
            var parts = Linear($"h.{layer}.attn.c_attn", Norm($"h.{layer}.ln_1", x)).chunk(3, -1);
            var mixed = nn.functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), is_casual: true);
            x = x + Linear($"h.{layer}.attn.c_proj", mixed.transpose(1, 2).reshape(x.shape));
            var before = Linear($"h.{layer}.mlp.c_fc", Norm($"h.{layer}.ln_2", x));
            var neurons = nn.functional.gelu(before, TorchSharp.Modules.GELU.Approximate.tanh);
            x = x + Linear($"h.{layer}.mlp.c_proj", neurons);
        }

        return x.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var weight in _weights.Values)
        {
            weight.Dispose();
        }
    }

    private Tensor Norm(string name, Tensor x) =>
        nn.functional.layer_norm(x, [x.shape[^1]], _weights[$"{name}.weight"], _weights[$"{name}.bias"]);

    private Tensor Linear(string name, Tensor x) => nn.functional.linear(x, _weights[$"{name}.weight"], _weights[$"{name}.bias"]);

    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
}
