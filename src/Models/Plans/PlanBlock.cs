using AeServerless.Engine.Numerics;
using AeServerless.Engine.Transformers;
using AeServerless.Models.Configuration;
using AeServerless.Models.Transformer;
using AeServerless.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AeServerless.Models.Plans;

/// <summary>A layer of any family on one sequence in float64, for gradients that are recomputed.</summary>
internal sealed class PlanBlock(Architecture architecture, LayerArchitecture layer, LayerWeights weights) : ITransformerBlock
{
    public Tensor AttentionHeads(Tensor residual, bool detachScale)
    {
        var input = ApplyNorm(weights.AttentionNorm, residual, detachScale);
        var (queryWidth, keyWidth) = (architecture.Heads * architecture.HeadWidth, architecture.KeyValueHeads * architecture.HeadWidth);
        var parts = weights.QueryKeyValue.Apply(input).split([queryWidth, keyWidth, keyWidth], 1);
        var queries = Position(Clip(parts[0]), weights.QueryNorm); // [heads, tokens, d_head]
        var keys = Shared(Position(Clip(parts[1]), weights.KeyNorm));
        var values = Shared(Heads(Clip(parts[2])).transpose(0, 1));
        var scores = queries.matmul(keys.transpose(1, 2)).Times(layer.ScoreScale); // [heads, queries, keys]
        if (architecture.ScoreCap is { } cap)
        {
            scores = scores.Capped(cap);
        }

        var mask = Attention.Mask((int)residual.shape[0], layer.Window, residual.device).to_type(residual.dtype);
        var mixed = scores.Plus(mask).softmax(-1).matmul(values);
        return mixed.transpose(0, 1).flatten(1);
    }

    public Tensor AttentionDelta(Tensor residual, bool detachScale) =>
        PostNorm(weights.PostAttentionNorm, weights.AttentionOut.Apply(AttentionHeads(residual, detachScale)));

    public Tensor MlpInput(Tensor residual, bool detachScale, bool weighted) => weights.MlpNorm is null || weighted
        ? ApplyNorm(weights.MlpNorm, residual, detachScale)
        : Norm.Normalize(architecture, residual, detachScale);

    public Tensor MlpNeurons(Tensor residual, bool detachScale)
    {
        var input = MlpInput(residual, detachScale, weighted: true);
        var neurons = Activations.Apply(architecture.Activation, (weights.Gate ?? weights.MlpIn).Apply(input));
        return weights.Gate is null ? neurons : neurons.mul(weights.MlpIn.Apply(input));
    }

    public Tensor MlpDelta(Tensor residual, bool detachScale) =>
        PostNorm(weights.PostMlpNorm, weights.MlpOut.Apply(MlpNeurons(residual, detachScale)));

    public void Dispose() => weights.Dispose();

    private Tensor PostNorm(NormWeights? norm, Tensor output) => norm is null ? output : ApplyNorm(norm, output, detachScale: false);

    private Tensor ApplyNorm(NormWeights? norm, Tensor x, bool detachScale)
    {
        if (norm is null)
        {
            return x;
        }

        var normalized = Norm.Normalize(architecture, x, detachScale);
        normalized = norm.Weight is { } weight ? normalized.mul(weight.to_type(x.dtype)) : normalized;
        return norm.Bias is { } bias ? normalized.Plus(bias.to_type(x.dtype)) : normalized;
    }

    private Tensor Clip(Tensor projected) => architecture.ClipQueryKeyValue is { } bound ? projected.Clamped(bound) : projected;

    // [tokens, heads · d_head] → [tokens, heads, d_head]
    private Tensor Heads(Tensor rows) => rows.reshape(rows.shape[0], -1, architecture.HeadWidth);

    private Tensor Position(Tensor rows, NormWeights? norm)
    {
        var wholeProjection = architecture.QueryKeyNorm == QueryKeyNorm.WholeProjection;
        var heads = Heads(wholeProjection ? ApplyNorm(norm, rows, detachScale: false) : rows);
        heads = wholeProjection ? heads : ApplyNorm(norm, heads, detachScale: false);
        return (layer.Rope is { } rope ? Angles(rope, heads).Apply(heads) : heads).transpose(0, 1);
    }

    private static Rotation Angles(Rope rope, Tensor heads)
    {
        var frequencies = torch.tensor(rope.InverseFrequencies.Select(frequency => (double)frequency).ToArray());
        var positions = torch.arange(heads.shape[0], torch.ScalarType.Float64);
        var angles = positions.unsqueeze(1).mul(frequencies.unsqueeze(0)).unsqueeze(1); // [tokens, 1, rotated / 2]
        return new Rotation(angles.cos().to_type(heads.dtype), angles.sin().to_type(heads.dtype));
    }

    // [kv_heads, tokens, d_head] → [heads, tokens, d_head]: each serves several query heads in a row.
    private Tensor Shared(Tensor heads) => heads.repeat_interleave(architecture.Heads / architecture.KeyValueHeads, 0);
}
