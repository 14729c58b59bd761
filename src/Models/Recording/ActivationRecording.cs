using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Recording;

/// <summary>What a model's passes over some sequences recorded. Rows are the tokens of all sequences, end to end.</summary>
public sealed class ActivationRecording : IDisposable
{
    internal ActivationRecording(IReadOnlyDictionary<ActivationSite, Tensor> forward, IReadOnlyList<GradientRecording> backward) =>
        (Forward, Backward) = (forward, backward);

    /// <summary>Activations by site, each <c>[tokens, width]</c> in float32 and contiguous.</summary>
    public IReadOnlyDictionary<ActivationSite, Tensor> Forward { get; }

    /// <summary>Backward passes, in the order of the request.</summary>
    public IReadOnlyList<GradientRecording> Backward { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Forward.Values.Concat(Backward.SelectMany(backward => backward.Gradients.Values)))
        {
            tensor.Dispose();
        }
    }
}
