using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>The parts of a GPT-2 layer that traces differentiate, on one sequence in float64.</summary>
internal static class TraceMath
{
    /// <summary>The traced activation from the residual stream just before it.</summary>
    /// <param name="trace">What is traced.</param>
    /// <param name="residual"><c>[tokens, d]</c> at the trace's place, at least up to its token.</param>
    /// <param name="block">The traced layer.</param>
    /// <param name="autoencoder">The autoencoder of a traced latent.</param>
    /// <param name="behind"><c>[tokens, d]</c>: the gradient of what a head's values go on to, behind attention.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Activation(ResolvedTrace trace, Tensor residual, BlockWeights block, Autoencoder? autoencoder, Tensor? behind)
    {
        switch (trace.Target)
        {
            case TraceTarget.MlpNeuron:
                {
                    var preAct = MlpPreAct(residual[trace.Token], block, trace.DetachScale)[trace.Index];
                    return trace.PreAct ? preAct : Gelu(preAct);
                }

            case TraceTarget.AutoencoderLatent:
                return Latent(trace, AutoencoderInput(trace, residual, block), autoencoder!);
            default:
                return trace.Attention == AttentionTraceType.V
                    ? HeadWrite(trace, residual, block, behind!)
                    : HeadAttention(trace, residual, block);
        }
    }

    /// <summary>What the MLP adds. <c>[…, d]</c> → <c>[…, d]</c>.</summary>
    public static Tensor Mlp(Tensor residual, BlockWeights block, bool detachScale) =>
        Gelu(MlpPreAct(residual, block, detachScale)).matmul(block.MlpOutWeight) + block.MlpOutBias;

    /// <summary>What attention adds. <c>[tokens, d]</c> → <c>[tokens, d]</c>.</summary>
    public static Tensor Attention(Tensor residual, BlockWeights block, bool detachScale)
    {
        var normed = AttentionNorm(residual, block, detachScale); // [tokens, d]
        var parts = (normed.matmul(block.QueryKeyValueWeight) + block.QueryKeyValueBias).chunk(3, -1);
        var (tokens, width) = (residual.shape[0], residual.shape[1]);
        Tensor Split(Tensor part) => part.view(tokens, block.Heads, width / block.Heads).transpose(0, 1); // [heads, tokens, d_head]
        var scores = Split(parts[0]).matmul(Split(parts[1]).transpose(1, 2)) / Math.Sqrt((double)width / block.Heads);
        var future = ones(tokens, tokens, dtype: ScalarType.Bool).triu(1);
        var weights = scores.masked_fill(future, double.NegativeInfinity).softmax(-1); // [heads, tokens, tokens]
        var mixed = weights.matmul(Split(parts[2])).transpose(0, 1).reshape(tokens, width);
        return mixed.matmul(block.AttentionOutWeight) + block.AttentionOutBias;
    }

    private static Tensor MlpPreAct(Tensor residual, BlockWeights block, bool detachScale) =>
        Norm(residual, block.MlpNormWeight, block.MlpNormBias, block.Epsilon, detachScale).matmul(block.MlpInWeight) + block.MlpInBias;

    private static Tensor AttentionNorm(Tensor residual, BlockWeights block, bool detachScale) =>
        Norm(residual, block.AttentionNormWeight, block.AttentionNormBias, block.Epsilon, detachScale);

    private static Tensor Norm(Tensor values, Tensor weight, Tensor bias, double epsilon, bool detachScale)
    {
        var centred = values - values.mean([-1], keepdim: true);
        var scale = (centred.square().mean([-1], keepdim: true) + epsilon).sqrt();
        return (centred / (detachScale ? scale.detach() : scale) * weight) + bias;
    }

    private static Tensor Gelu(Tensor x) => 0.5 * x * (1 + ((x + (0.044715 * x.pow(3))) * Math.Sqrt(2 / Math.PI)).tanh());

    private static Tensor AutoencoderInput(ResolvedTrace trace, Tensor residual, BlockWeights block) => trace.Autoencoder!.Input switch
    {
        Autoencoders.AutoencoderInput.MlpPostAct => Gelu(MlpPreAct(residual[trace.Token], block, trace.DetachScale)),
        Autoencoders.AutoencoderInput.ResidDeltaMlp => Mlp(residual[trace.Token], block, trace.DetachScale),
        _ => Attention(residual.narrow(0, 0, trace.Token + 1), block, trace.DetachScale)[trace.Token],
    };

    private static Tensor Latent(ResolvedTrace trace, Tensor input, Autoencoder autoencoder)
    {
        Tensor Row(ReadOnlySpan<float> row) => tensor(row.ToArray()).to_type(ScalarType.Float64);
        var centred = input - Row(autoencoder.PreBias);
        var preAct = centred.dot(Row(autoencoder.EncoderRow(trace.Index))) + autoencoder.LatentBias[trace.Index];
        if (trace.PreAct)
            return preAct;

        switch (autoencoder.Activation.Kind)
        {
            case ActivationKind.Identity:
                return preAct;
            case ActivationKind.ReLU:
                return preAct.relu();
            case ActivationKind.TopK:
                // Whether the latent is kept doesn't change with an infinitesimal step, so it is a constant.
                var others = tensor(autoencoder.EncoderWeight, autoencoder.LatentCount, autoencoder.InputSize).to_type(ScalarType.Float64)
                    .mv(centred.detach()) + Row(autoencoder.LatentBias);
                var before = others.gt(preAct.detach()).sum() + others.narrow(0, 0, trace.Index).eq(preAct.detach()).sum();
                return before.item<long>() < autoencoder.Activation.K ? preAct.relu() : preAct * 0;
            default:
                throw new InvalidInputException(autoencoder.Name, $"a latent behind {autoencoder.Activation} can't be traced; ReLU, TopK and Identity can");
        }
    }

    private static Tensor HeadAttention(ResolvedTrace trace, Tensor residual, BlockWeights block)
    {
        var (query, keys) = QueryAndKeys(trace, residual, block);
        if (trace.Attention == AttentionTraceType.Q)
            keys = keys.detach();
        if (trace.Attention == AttentionTraceType.K)
            query = query.detach();
        var scores = keys.mv(query) / Math.Sqrt(query.shape[0]); // [token + 1]
        return (trace.PreAct ? scores : scores.softmax(0))[trace.KeyToken];
    }

    private static Tensor HeadWrite(ResolvedTrace trace, Tensor residual, BlockWeights block, Tensor behind)
    {
        var (query, keys) = QueryAndKeys(trace, residual, block);
        var weight = (keys.mv(query) / Math.Sqrt(query.shape[0])).softmax(0)[trace.KeyToken].detach();
        var width = query.shape[0];
        var normed = AttentionNorm(residual[trace.KeyToken], block, trace.DetachScale);
        var first = (2 * residual.shape[1]) + (trace.Index * width);
        var value = normed.matmul(block.QueryKeyValueWeight.narrow(1, first, width)) + block.QueryKeyValueBias.narrow(0, first, width);
        return weight * value.matmul(block.AttentionOutWeight.narrow(0, trace.Index * width, width)).dot(behind[trace.Token]);
    }

    /// <summary>The head's query <c>[d_head]</c> at the query token and its keys <c>[token + 1, d_head]</c> up to there.</summary>
    private static (Tensor Query, Tensor Keys) QueryAndKeys(ResolvedTrace trace, Tensor residual, BlockWeights block)
    {
        var normed = AttentionNorm(residual.narrow(0, 0, trace.Token + 1), block, trace.DetachScale);
        var width = residual.shape[1];
        var headWidth = width / block.Heads;
        Tensor Part(Tensor rows, long part)
        {
            var first = (part * width) + (trace.Index * headWidth);
            return rows.matmul(block.QueryKeyValueWeight.narrow(1, first, headWidth)) + block.QueryKeyValueBias.narrow(0, first, headWidth);
        }

        return (Part(normed[trace.Token], 0), Part(normed, 1));
    }
}
