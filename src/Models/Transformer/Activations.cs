using AeServerless.Models.Configuration;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>The activation functions of MLPs.</summary>
internal static class Activations
{
    public static Tensor Apply(ActivationFunction function, Tensor x) => function switch
    {
        ActivationFunction.Gelu => x.gelu(),
        ActivationFunction.GeluTanh => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        ActivationFunction.Silu => x.silu(),
        ActivationFunction.Relu => x.relu(),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, null),
    };
}
