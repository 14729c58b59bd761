using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Recording;

/// <summary>What one backward pass recorded.</summary>
/// <param name="Losses">The loss of each sequence.</param>
/// <param name="Gradients">Gradients by site, each <c>[tokens, width]</c> in float32.</param>
public sealed record GradientRecording(IReadOnlyList<double> Losses, IReadOnlyDictionary<ActivationSite, Tensor> Gradients);
