using AeServerless.Engine.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Engine.Transformers;

/// <summary>
/// The parts of a transformer block as pure functions of tensors, in whatever float type they are handed. Results belong to the caller's
/// dispose scope. Any leading dimensions before the last one or two are batches.
/// </summary>
public static class Gpt2Block
{
    private static readonly double GeluScale = Math.Sqrt(2 / Math.PI);

    /// <summary>Layer norm over the last dimension.</summary>
    /// <param name="x"><c>[…, d]</c>.</param>
    /// <param name="weight"><c>[d]</c>.</param>
    /// <param name="bias"><c>[d]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="detachScale">Whether the backward pass takes 1/σ for a constant, so that the norm is linear in it.</param>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon, bool detachScale = false)
    {
        var centred = x - x.mean([-1], keepdim: true);
        var scale = centred.Squared().mean([-1], keepdim: true).Plus(epsilon).rsqrt();
        return (centred * (detachScale ? scale.detach() : scale) * weight).Plus(bias);
    }

    /// <summary>What attention reads: the residual stream before it through the layer's first norm. <c>[…, tokens, d_model]</c>.</summary>
    public static Tensor AttentionInput(Tensor residual, Gpt2LayerWeights layer, ModelDimensions model, bool detachScale = false) =>
        LayerNorm(residual, layer.AttentionNormWeight, layer.AttentionNormBias, model.LayerNormEpsilon, detachScale);

    /// <summary>Queries, keys and values. <c>[…, tokens, d_model]</c> → each <c>[…, tokens, heads, d_head]</c>.</summary>
    public static (Tensor Queries, Tensor Keys, Tensor Values) Project(Tensor input, Gpt2LayerWeights layer, ModelDimensions model)
    {
        var parts = input.matmul(layer.QkvWeight).Plus(layer.QkvBias).chunk(3, dim: -1);
        long[] shape = [.. input.shape[..^1], model.Heads, model.HeadWidth];
        return (parts[0].reshape(shape), parts[1].reshape(shape), parts[2].reshape(shape));
    }

    /// <summary>Attention logits, scaled by 1/√d_head; −∞ where a key comes after its query. → <c>[…, heads, queries, keys]</c>.</summary>
    public static Tensor AttentionLogits(Tensor queries, Tensor keys)
    {
        var (tokens, width) = (queries.shape[^3], queries.shape[^1]);
        var logits = queries.transpose(-3, -2).matmul(keys.transpose(-3, -2).transpose(-2, -1)).DividedBy(Math.Sqrt(width));
        var future = torch.ones([tokens, tokens], torch.ScalarType.Bool, device: queries.device).triu(1);
        return logits.Masked(future, double.NegativeInfinity);
    }

    /// <summary>Attention-weighted sums of values. → <c>[…, tokens, heads, d_head]</c>.</summary>
    /// <param name="probabilities"><c>[…, heads, queries, keys]</c>.</param>
    /// <param name="values"><c>[…, tokens, heads, d_head]</c>.</param>
    public static Tensor WeightedValues(Tensor probabilities, Tensor values) =>
        probabilities.matmul(values.transpose(-3, -2)).transpose(-3, -2);

    /// <summary>
    /// What attention adds to the residual stream, with the output bias. <c>[…, tokens, heads, d_head]</c> → <c>[…, tokens, d_model]</c>.
    /// </summary>
    public static Tensor AttentionOutput(Tensor weightedValues, Gpt2LayerWeights layer) =>
        weightedValues.flatten(-2, -1).matmul(layer.AttentionOutWeight).Plus(layer.AttentionOutBias);

    /// <summary>Neurons before the activation function. Residual stream after attention, <c>[…, d_model]</c> → <c>[…, d_ff]</c>.</summary>
    public static Tensor MlpPreActivations(Tensor residual, Gpt2LayerWeights layer, ModelDimensions model, bool detachScale = false)
    {
        var input = LayerNorm(residual, layer.MlpNormWeight, layer.MlpNormBias, model.LayerNormEpsilon, detachScale);
        return input.matmul(layer.MlpInWeight).Plus(layer.MlpInBias);
    }

    /// <summary>GELU in its tanh form: <c>½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))</c>.</summary>
    public static Tensor Gelu(Tensor x) => x.Times(0.5) * x.Plus(x.Cubed().Times(0.044715)).Times(GeluScale).tanh().Plus(1);

    /// <summary>What the MLP adds to the residual stream, with the output bias. <c>[…, d_ff]</c> → <c>[…, d_model]</c>.</summary>
    public static Tensor MlpOutput(Tensor postActivations, Gpt2LayerWeights layer) =>
        postActivations.matmul(layer.MlpOutWeight).Plus(layer.MlpOutBias);

    /// <summary>A whole attention layer. Residual stream before it → what it adds, both <c>[…, tokens, d_model]</c>.</summary>
    public static Tensor Attention(Tensor residual, Gpt2LayerWeights layer, ModelDimensions model, bool detachScale = false)
    {
        var (queries, keys, values) = Project(AttentionInput(residual, layer, model, detachScale), layer, model);
        return AttentionOutput(WeightedValues(AttentionLogits(queries, keys).softmax(-1), values), layer);
    }

    /// <summary>A whole MLP. Residual stream after attention → what it adds, both <c>[…, d_model]</c>.</summary>
    public static Tensor Mlp(Tensor residual, Gpt2LayerWeights layer, ModelDimensions model, bool detachScale = false) =>
        MlpOutput(Gelu(MlpPreActivations(residual, layer, model, detachScale)), layer);
}
