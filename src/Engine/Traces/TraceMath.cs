using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Numerics;
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
        ResolvedTrace trace, Tensor residual, BlockWeights block, Autoencoder? autoencoder, Tensor? downstreamGradient) =>
        trace.Target switch
        {
            TraceTarget.MlpNeuron => Neuron(trace, residual, block),
            TraceTarget.AutoencoderLatent => Latent(trace, AutoencoderInput(trace, residual, block), autoencoder!),
            _ when trace.Attention == AttentionTraceType.V => HeadWrite(trace, residual, block, downstreamGradient!),
            _ => HeadAttention(trace, residual, block),
        };

    private static Tensor Neuron(ResolvedTrace trace, Tensor residual, BlockWeights block)
    {
        var preAct = Gpt2Block.MlpPreActivations(residual[trace.Token], block.Layer, block.Dimensions, trace.DetachScale)[trace.Index];
        return trace.PreAct ? preAct : Gpt2Block.Gelu(preAct);
    }

    /// <summary>What the autoencoder reads at the traced token, <c>[input]</c>.</summary>
    private static Tensor AutoencoderInput(ResolvedTrace trace, Tensor residual, BlockWeights block) => trace.Autoencoder!.Input switch
    {
        Autoencoders.AutoencoderInput.MlpPostAct =>
            Gpt2Block.Gelu(Gpt2Block.MlpPreActivations(residual[trace.Token], block.Layer, block.Dimensions, trace.DetachScale)),
        Autoencoders.AutoencoderInput.ResidDeltaMlp =>
            Gpt2Block.Mlp(residual[trace.Token], block.Layer, block.Dimensions, trace.DetachScale),
        _ => Gpt2Block.Attention(residual.narrow(0, 0, trace.Token + 1), block.Layer, block.Dimensions, trace.DetachScale)[trace.Token],
    };

    private static Tensor Latent(ResolvedTrace trace, Tensor input, Autoencoder autoencoder)
    {
        var centred = input - Row(autoencoder.PreBias);
        var preAct = centred.dot(Row(autoencoder.EncoderRow(trace.Index))).Plus(autoencoder.LatentBias[trace.Index]);
        if (trace.PreAct)
        {
            return preAct;
        }

        return autoencoder.Activation.Kind switch
        {
            ActivationKind.Identity => preAct,
            ActivationKind.ReLU => preAct.relu(),

            // Whether the latent is kept doesn't change with an infinitesimal step, so it is a constant.
            ActivationKind.TopK => IsKept(centred, trace.Index, autoencoder) ? preAct.relu() : preAct.Times(0),
            _ => throw new InvalidInputException(
                autoencoder.Name, $"a latent behind {autoencoder.Activation} can't be traced; those behind ReLU, TopK and Identity can"),
        };
    }

    /// <summary>
    /// Whether a latent is one of the k largest, decided as the encoder does: in float32, the lower index first among equals.
    /// </summary>
    private static bool IsKept(Tensor centred, int latent, Autoencoder autoencoder)
    {
        var row = centred.detach().to_type(ScalarType.Float32).data<float>().ToArray();
        float PreAct(int index) => FixedOrder.Dot(row, autoencoder.EncoderRow(index)) + autoencoder.LatentBias[index];
        var own = PreAct(latent);
        var before = 0;
        for (var other = 0; other < autoencoder.LatentCount; other++)
        {
            var value = PreAct(other);
            before += value > own || (value == own && other < latent) ? 1 : 0;
        }

        return before < autoencoder.Activation.K;
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

    private static Tensor Row(ReadOnlySpan<float> row) => tensor(row.ToArray()).to_type(ScalarType.Float64);
}
