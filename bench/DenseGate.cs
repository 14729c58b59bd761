using AeServerless.Engine.Autoencoders;
using static TorchSharp.torch;

namespace AeServerless.Bench;

/// <summary>An activation function of dense pre-activations, as a user would write it in TorchSharp.</summary>
internal sealed class DenseGate(Activation activation) : IDisposable
{
    private readonly Tensor _thresholds = tensor(activation.Thresholds).DetachFromDisposeScope();
    private readonly Tensor _gateBias = tensor(activation.GateBias).DetachFromDisposeScope();
    private readonly Tensor _scale = tensor(activation.MagnitudeScale).DetachFromDisposeScope();
    private readonly Tensor _bias = tensor(activation.MagnitudeBias).DetachFromDisposeScope();

    /// <summary>Leaves the latents in <paramref name="z"/>. <c>[tokens, latents]</c>.</summary>
    public void Apply(Tensor z)
    {
        switch (activation.Kind)
        {
            case ActivationKind.TopK:
                var (values, indices) = z.topk(activation.K, dim: 1);
                z.zero_();
                z.scatter_(1, indices, values.relu());
                break;
            case ActivationKind.JumpReLU:
                z.mul_(z > _thresholds);
                break;
            case ActivationKind.Gated:
                var open = z > -_gateBias;
                z.mul_(_scale).add_(_bias).relu_().mul_(open);
                break;
            default:
                z.relu_();
                break;
        }
    }

    public void Dispose()
    {
        _thresholds.Dispose();
        _gateBias.Dispose();
        _scale.Dispose();
        _bias.Dispose();
    }
}
