using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Engine.Transformers;

/// <summary>Weights of one transformer block. Matrices are <c>[in, out]</c>.</summary>
/// <param name="AttentionNormWeight">Layer norm before attention, <c>[d_model]</c>.</param>
/// <param name="AttentionNormBias">Layer norm before attention, <c>[d_model]</c>.</param>
/// <param name="QkvWeight">Queries, keys and values side by side, <c>[d_model, 3 · d_model]</c>.</param>
/// <param name="QkvBias">Queries, keys and values side by side, <c>[3 · d_model]</c>.</param>
/// <param name="AttentionOutWeight">Attention's output projection, <c>[heads · d_head, d_model]</c>.</param>
/// <param name="AttentionOutBias">Attention's output bias, <c>[d_model]</c>.</param>
/// <param name="MlpNormWeight">Layer norm before the MLP, <c>[d_model]</c>.</param>
/// <param name="MlpNormBias">Layer norm before the MLP, <c>[d_model]</c>.</param>
/// <param name="MlpInWeight">Into the neurons, <c>[d_model, d_ff]</c>.</param>
/// <param name="MlpInBias">Into the neurons, <c>[d_ff]</c>.</param>
/// <param name="MlpOutWeight">Out of the neurons, <c>[d_ff, d_model]</c>.</param>
/// <param name="MlpOutBias">Out of the neurons, <c>[d_model]</c>.</param>
public sealed record Gpt2LayerWeights(
    Tensor AttentionNormWeight,
    Tensor AttentionNormBias,
    Tensor QkvWeight,
    Tensor QkvBias,
    Tensor AttentionOutWeight,
    Tensor AttentionOutBias,
    Tensor MlpNormWeight,
    Tensor MlpNormBias,
    Tensor MlpInWeight,
    Tensor MlpInBias,
    Tensor MlpOutWeight,
    Tensor MlpOutBias)
{
    /// <summary>Picks a layer's tensors by their Hugging Face names, <c>ln_1.weight</c> and so on.</summary>
    internal static Gpt2LayerWeights From(Func<string, Tensor> part) => new(
        part("ln_1.weight"), part("ln_1.bias"),
        part("attn.c_attn.weight"), part("attn.c_attn.bias"), part("attn.c_proj.weight"), part("attn.c_proj.bias"),
        part("ln_2.weight"), part("ln_2.bias"),
        part("mlp.c_fc.weight"), part("mlp.c_fc.bias"), part("mlp.c_proj.weight"), part("mlp.c_proj.bias"));
}
