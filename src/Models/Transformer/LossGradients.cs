using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>Losses of sequences, and gradients of their sum.</summary>
/// <param name="Losses">One for each sequence.</param>
/// <param name="Final">At the residual stream after the final norm, <c>[tokens, d_model]</c>.</param>
/// <param name="Logits">At the logits, <c>[tokens, vocabulary]</c>; null where not asked for.</param>
internal sealed record LossGradients(IReadOnlyList<double> Losses, Tensor Final, Tensor? Logits);
