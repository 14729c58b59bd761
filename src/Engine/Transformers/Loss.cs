using AeServerless.Engine.Datasets;
using AeServerless.Engine.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Engine.Transformers;

/// <summary>
/// Losses of a model's logits. Each is the sum over the batch of a loss per sequence, so that the gradient at a token does not depend on
/// the other sequences.
/// </summary>
public static class Loss
{
    /// <summary>
    /// Mean logit of <paramref name="targets"/> minus mean logit of <paramref name="antiTargets"/> at each sequence's last position.
    /// </summary>
    /// <param name="head">The final norm and the unembedding.</param>
    /// <param name="final">The residual stream after the final norm, <c>[batch, tokens, d_model]</c>.</param>
    /// <param name="targets">Token ids, at least one.</param>
    /// <param name="antiTargets">Token ids; where there are none, nothing is subtracted.</param>
    public static Tensor LogitDifference(OutputHead head, Tensor final, IReadOnlyList<int> targets, IReadOnlyList<int> antiTargets)
    {
        var last = final.select(1, -1); // [batch, d_model]
        var loss = MeanLogit(head, last, targets);
        return antiTargets.Count == 0 ? loss : loss - MeanLogit(head, last, antiTargets);
    }

    /// <summary>Mean cross entropy of each next token, in nats; 0 for sequences of one token.</summary>
    /// <param name="head">The final norm and the unembedding.</param>
    /// <param name="final">The residual stream after the final norm, <c>[batch, tokens, d_model]</c>.</param>
    /// <param name="tokens">The tokens of that stream, <c>[batch, tokens]</c>.</param>
    public static Tensor CrossEntropy(OutputHead head, Tensor final, Tensor tokens)
    {
        var predictions = tokens.shape[1] - 1;
        if (predictions == 0)
        {
            return torch.zeros(1, final.dtype).sum();
        }

        var logits = head.Unembed(final.narrow(1, 0, predictions)).flatten(0, 1); // [batch · predictions, vocabulary]
        return torch.nn.functional.cross_entropy(
            logits, tokens.narrow(1, 1, predictions).flatten(), reduction: torch.nn.Reduction.Sum).DividedBy(predictions);
    }

    /// <summary>The loss that a description names.</summary>
    /// <exception cref="ArgumentException">The description is of a trace.</exception>
    public static Tensor Compute(BackwardDescription description, OutputHead head, Tensor final, Tensor tokens) => description.Loss switch
    {
        LossKind.CrossEntropy => CrossEntropy(head, final, tokens),
        LossKind.LogitDifference => LogitDifference(head, final, description.Targets, description.AntiTargets),
        _ => throw new ArgumentException("Only losses have a loss.", nameof(description)),
    };

    private static Tensor MeanLogit(OutputHead head, Tensor final, IReadOnlyList<int> tokens) =>
        final.matmul(head.Unembedding[torch.tensor(tokens.Select(token => (long)token).ToArray())].t()).mean([1]).sum();
}
