using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Weights;

/// <summary>What a norm multiplies by and adds, both <c>[width]</c> in float32; null for neither.</summary>
/// <param name="Weight">The factor, 1 + the file's value where the family says so.</param>
/// <param name="Bias">The summand.</param>
internal sealed record NormWeights(Tensor? Weight, Tensor? Bias) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Weight?.Dispose();
        Bias?.Dispose();
    }
}
