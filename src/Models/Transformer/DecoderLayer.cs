using AeServerless.Engine.Numerics;
using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>One layer of any architecture. All tensors are rows of tokens.</summary>
/// <param name="architecture">The model's architecture.</param>
/// <param name="layer">What is the layer's own.</param>
/// <param name="weights">Its weights.</param>
/// <param name="index">Its index.</param>
/// <param name="detachNormScale">Whether the backward pass takes the scales of the norms before attention and MLP for constants.</param>
internal sealed class DecoderLayer(
    Architecture architecture, LayerArchitecture layer, LayerWeights weights, int index, bool detachNormScale = false)
{
    /// <summary>The residual stream through the layer, <c>[tokens, d_model]</c>; the result lives as long as the pass.</summary>
    public Tensor Forward(Tensor residual, SequenceBatch batch, BatchPositions positions, Recorder recorder)
    {
        using var scope = torch.NewDisposeScope();
        var attention = Attend(residual, batch, positions, recorder);
        if (architecture.ParallelResidual)
        {
            var parallel = ApplyMlp(residual, recorder);
            return recorder.Keep(recorder.Visit(ModelLocations.ResidPostMlp, index, residual.Plus(attention).Plus(parallel)));
        }

        residual = recorder.Visit(ModelLocations.ResidPostAttn, index, residual.Plus(attention));
        var mlp = ApplyMlp(residual, recorder);
        return recorder.Keep(recorder.Visit(ModelLocations.ResidPostMlp, index, residual.Plus(mlp)));
    }

    /// <summary>What attention adds to the residual stream before it, both <c>[tokens, d_model]</c>.</summary>
    public Tensor Attend(Tensor residual, SequenceBatch batch, BatchPositions positions, Recorder recorder)
    {
        var mixed = recorder.Visit(ModelLocations.AttnVOut, index, Mix(Project(residual, batch, positions, recorder), batch, positions));
        var output = weights.AttentionOut.Apply(mixed);
        if (weights.PostAttentionNorm is { } postNorm)
        {
            output = Norm.Apply(architecture, postNorm, recorder.Visit(ModelLocations.AttnOutPreNorm, index, output));
        }

        return recorder.Visit(ModelLocations.ResidDeltaAttn, index, output);
    }

    /// <summary>What attention computes with, for each run of the batch, keys and values shared among heads.</summary>
    public IReadOnlyList<Projected> Project(Tensor residual, SequenceBatch batch, BatchPositions positions, Recorder recorder)
    {
        var input = weights.AttentionNorm is { } norm ? InputNorm(norm, residual) : residual;
        var (queryWidth, keyWidth) = (architecture.Heads * architecture.HeadWidth, architecture.KeyValueHeads * architecture.HeadWidth);
        var parts = weights.QueryKeyValue.Apply(input).split([queryWidth, keyWidth, keyWidth], 1);
        var queries = Clip(recorder.Visit(ModelLocations.AttnQ, index, parts[0]));
        var keys = Clip(recorder.Visit(ModelLocations.AttnK, index, parts[1]));
        var values = Clip(recorder.Visit(ModelLocations.AttnV, index, parts[2]));
        var q = batch.Split(Position(queries, weights.QueryNorm, positions));
        var k = batch.Split(Position(keys, weights.KeyNorm, positions));
        var v = batch.Split(Heads(values));
        return [.. q.Select((part, run) => new Projected(part, Shared(k[run]), Shared(v[run])))];
    }

    /// <summary>
    /// Neurons of the MLP before and after the activation function, for the residual stream that the MLP reads. Where there are gates:
    /// before, the gates; after, what they make of the neurons.
    /// </summary>
    public (Tensor Before, Tensor After) Neurons(Tensor residual, Recorder recorder)
    {
        var input = recorder.Visit(ModelLocations.MlpIn, index, MlpInput(residual, recorder));
        var before = recorder.Visit(ModelLocations.MlpPreAct, index, (weights.Gate ?? weights.MlpIn).Apply(input));
        var after = Activations.Apply(architecture.Activation, before);
        if (weights.Gate is not null)
        {
            after = after.mul(recorder.Visit(ModelLocations.MlpUp, index, weights.MlpIn.Apply(input)));
        }

        return (before, recorder.Visit(ModelLocations.MlpPostAct, index, after));
    }

    /// <summary>What the MLP adds to the residual stream that it reads, both <c>[tokens, d_model]</c>.</summary>
    public Tensor ApplyMlp(Tensor residual, Recorder recorder)
    {
        var output = weights.MlpOut.Apply(Neurons(residual, recorder).After);
        if (weights.PostMlpNorm is { } postNorm)
        {
            output = Norm.Apply(architecture, postNorm, recorder.Visit(ModelLocations.MlpOutPreNorm, index, output));
        }

        return recorder.Visit(ModelLocations.ResidDeltaMlp, index, output);
    }

    private Tensor MlpInput(Tensor residual, Recorder recorder)
    {
        if (weights.MlpNorm is not { } norm)
        {
            // A place of its own in the graph: its gradient is that of the MLP's path alone.
            return residual.view(residual.shape);
        }

        if (!recorder.Wants(ModelLocations.MlpInNormalized, index))
        {
            return InputNorm(norm, residual);
        }

        var normalized = recorder.Visit(
            ModelLocations.MlpInNormalized, index, Norm.Normalize(architecture, residual, detachNormScale));
        return norm.Weight is null ? normalized.view(normalized.shape) : Norm.Scale(norm, normalized);
    }

    private Tensor InputNorm(NormWeights norm, Tensor residual) => detachNormScale
        ? Norm.Scale(norm, Norm.Normalize(architecture, residual, detachScale: true))
        : Norm.Apply(architecture, norm, residual);

    private Tensor Clip(Tensor projected) => architecture.ClipQueryKeyValue is { } bound ? projected.Clamped(bound) : projected;

    // [tokens, heads · d_head] → [tokens, heads, d_head]
    private Tensor Heads(Tensor rows) => rows.view(rows.shape[0], -1, architecture.HeadWidth);

    private Tensor Position(Tensor rows, NormWeights? norm, BatchPositions positions)
    {
        if (norm is not null && architecture.QueryKeyNorm == QueryKeyNorm.WholeProjection)
        {
            rows = Norm.Apply(architecture, norm, rows);
        }

        var heads = Heads(rows);
        if (norm is not null && architecture.QueryKeyNorm == QueryKeyNorm.PerHead)
        {
            heads = Norm.Apply(architecture, norm, heads);
        }

        return positions.Rotation(layer) is { } rotation ? rotation.Apply(heads) : heads;
    }

    private Tensor Mix(IReadOnlyList<Projected> projected, SequenceBatch batch, BatchPositions positions)
    {
        var mixed = new List<Tensor>(projected.Count);
        for (var run = 0; run < projected.Count; run++)
        {
            var mask = positions.Mask(layer, batch.Runs[run].Length);
            var (queries, keys, values) = projected[run];
            mixed.Add(architecture.ScoreCap is { } cap
                ? Attention.Capped(queries, keys, values, layer.ScoreScale, mask!, cap)
                : Attention.Fused(queries, keys, values, layer.ScoreScale, mask, weights.QueryKeyValue.Dtype));
        }

        return SequenceBatch.Join(mixed);
    }

    // Each head of keys or values serves several query heads in a row.
    // [sequences, kv_heads, length, d_head] → [sequences, heads, length, d_head]
    private Tensor Shared(Tensor heads)
    {
        var times = architecture.Heads / architecture.KeyValueHeads;
        if (times == 1)
        {
            return heads;
        }

        var (sequences, count, length, width) = (heads.shape[0], heads.shape[1], heads.shape[2], heads.shape[3]);
        return heads.unsqueeze(2).expand(sequences, count, times, length, width).reshape(sequences, count * times, length, width);
    }
}
