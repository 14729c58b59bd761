using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>Traced activations as functions of the residual stream just before them, on one sequence in float64.</summary>
internal static class TraceMath
{
    /// <summary>The traced activation.</summary>
    /// <param name="trace">What is traced.</param>
    /// <param name="residual"><c>[tokens, d]</c> at the trace's place, at least up to its token.</param>
    /// <param name="block">The traced layer.</param>
    /// <param name="autoencoder">The autoencoder of a traced latent.</param>
    /// <param name="downstreamGradient">
    /// <c>[tokens, d]</c>: for a head traced through its values, the gradient just before what they go on to.
    /// </param>
    /// <returns>A scalar.</returns>
    public static Tensor Activation(
        ResolvedTrace trace, Tensor residual, ITransformerBlock block, Autoencoder? autoencoder, Tensor? downstreamGradient) =>
        trace.Target switch
        {
            TraceTarget.MlpNeuron => Neuron(trace, residual, (BlockWeights)block),
            TraceTarget.AutoencoderLatent => LatentTrace.Activation(trace, AutoencoderInput(trace, residual, block), autoencoder!),
            _ when trace.Attention == AttentionTraceType.V => HeadWrite(trace, residual, (BlockWeights)block, downstreamGradient!),
            _ => HeadAttention(trace, residual, (BlockWeights)block),
        };

    private static Tensor Neuron(ResolvedTrace trace, Tensor residual, BlockWeights block)
    {
        var preAct = Gpt2Block.MlpPreActivations(residual[trace.Token], block.Layer, block.Dimensions, trace.DetachScale)[trace.Index];
        return trace.PreAct ? preAct : Gpt2Block.Gelu(preAct);
    }

    /// <summary>What the autoencoder reads at the traced token, <c>[input]</c>.</summary>
    private static Tensor AutoencoderInput(ResolvedTrace trace, Tensor residual, ITransformerBlock block)
    {
        // Attention looks back to the sequence's start, all else at its own token.
        Tensor Before() => residual.narrow(0, 0, trace.Token + 1);
        Tensor Own() => residual.narrow(0, trace.Token, 1);
        return trace.Autoencoder!.Input switch
        {
            Autoencoders.AutoencoderInput.AttnVOut => block.AttentionHeads(Before(), trace.DetachScale)[trace.Token],
            Autoencoders.AutoencoderInput.ResidDeltaAttn => block.AttentionDelta(Before(), trace.DetachScale)[trace.Token],
            Autoencoders.AutoencoderInput.MlpPostAct => block.MlpNeurons(Own(), trace.DetachScale)[0],
            Autoencoders.AutoencoderInput.ResidDeltaMlp => block.MlpDelta(Own(), trace.DetachScale)[0],
            Autoencoders.AutoencoderInput.MlpIn => block.MlpInput(Own(), trace.DetachScale, weighted: true)[0],
            Autoencoders.AutoencoderInput.MlpInNormalized => block.MlpInput(Own(), trace.DetachScale, weighted: false)[0],
            _ => residual[trace.Token],
        };
    }

    private static Tensor HeadAttention(ResolvedTrace trace, Tensor residual, BlockWeights block)
    {
        var (queries, keys, _) = Project(trace, residual, block);
        if (trace.Attention == AttentionTraceType.Q)
        {
            keys = keys.detach();
        }

        if (trace.Attention == AttentionTraceType.K)
        {
            queries = queries.detach();
        }

        var logits = Gpt2Block.AttentionLogits(queries, keys)[trace.Index, trace.Token]; // [tokens]
        return (trace.PreAct ? logits : logits.softmax(-1))[trace.KeyToken];
    }

    /// <summary>
    /// What the head writes from the key's token to the query's, along the gradient there; the attention pattern is a constant.
    /// </summary>
    private static Tensor HeadWrite(ResolvedTrace trace, Tensor residual, BlockWeights block, Tensor downstreamGradient)
    {
        var (queries, keys, values) = Project(trace, residual, block);
        var weight = Gpt2Block.AttentionLogits(queries, keys)[trace.Index, trace.Token].softmax(-1)[trace.KeyToken].detach();
        var width = block.Dimensions.HeadWidth;
        var written = values[trace.KeyToken, trace.Index].matmul(
            block.Layer.AttentionOutWeight.narrow(0, (long)trace.Index * width, width)); // [d]
        return weight * written.dot(downstreamGradient[trace.Token]);
    }

    private static (Tensor Queries, Tensor Keys, Tensor Values) Project(ResolvedTrace trace, Tensor residual, BlockWeights block) =>
        Gpt2Block.Project(
            Gpt2Block.AttentionInput(
                residual.narrow(0, 0, trace.Token + 1), block.Layer, block.Dimensions, trace.DetachScale), block.Layer, block.Dimensions);
}
