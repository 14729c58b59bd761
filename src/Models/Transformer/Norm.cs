using AeServerless.Engine.Numerics;
using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>The norms of an architecture, over the last dimension.</summary>
internal static class Norm
{
    /// <summary>The norm with its weight and bias.</summary>
    public static Tensor Apply(Architecture architecture, NormWeights weights, Tensor x) => architecture.Norm == NormKind.LayerNorm
        ? torch.nn.functional.layer_norm(x, [x.shape[^1]], weights.Weight, weights.Bias, architecture.NormEpsilon)
        : Scale(weights, Normalize(architecture, x));

    /// <summary>The norm without weight and bias.</summary>
    /// <param name="architecture">Its kind and epsilon.</param>
    /// <param name="x"><c>[…, width]</c>.</param>
    /// <param name="detachScale">Whether the backward pass takes what x is divided by for a constant.</param>
    public static Tensor Normalize(Architecture architecture, Tensor x, bool detachScale = false)
    {
        if (architecture.Norm == NormKind.LayerNorm)
        {
            if (!detachScale)
            {
                return torch.nn.functional.layer_norm(x, [x.shape[^1]], eps: architecture.NormEpsilon);
            }

            x = x.Minus(x.mean([-1], keepdim: true));
        }

        var scale = x.mul(x).mean([-1], keepdim: true).Plus(architecture.NormEpsilon).rsqrt();
        return x.mul(detachScale ? scale.detach() : scale);
    }

    /// <summary>Weight and bias of a norm.</summary>
    public static Tensor Scale(NormWeights weights, Tensor normalized) => (weights.Weight, weights.Bias) switch
    {
        (null, _) => normalized,
        ({ } weight, null) => normalized.mul(weight),
        ({ } weight, { } bias) => bias.PlusProduct(normalized, weight),
    };
}
