using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>What attention computes with, of sequences of one length, each <c>[sequences, heads, length, d_head]</c>.</summary>
/// <param name="Queries">Queries, norms and rotation applied.</param>
/// <param name="Keys">Keys, norms and rotation applied.</param>
/// <param name="Values">Values.</param>
internal sealed record Projected(Tensor Queries, Tensor Keys, Tensor Values);
