using AeServerless.Models.Configuration;
using AeServerless.Models.Numerics;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>One layer of any architecture. All tensors are rows of tokens.</summary>
internal sealed class DecoderLayer(Architecture architecture, LayerArchitecture layer, LayerWeights weights, int index)
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

    private Tensor Attend(Tensor residual, SequenceBatch batch, BatchPositions positions, Recorder recorder)
    {
        var input = weights.AttentionNorm is { } norm ? Norm.Apply(architecture, norm, residual) : residual;
        var (queryWidth, keyWidth) = (architecture.Heads * architecture.HeadWidth, architecture.KeyValueHeads * architecture.HeadWidth);
        var parts = weights.QueryKeyValue.Apply(input).split([queryWidth, keyWidth, keyWidth], 1);
        var queries = Clip(recorder.Visit(ModelLocations.AttnQ, index, parts[0]));
        var keys = Clip(recorder.Visit(ModelLocations.AttnK, index, parts[1]));
        var values = Clip(recorder.Visit(ModelLocations.AttnV, index, parts[2]));
        var mixed = Mix(
            Position(queries, weights.QueryNorm, positions), Position(keys, weights.KeyNorm, positions), Heads(values), batch, positions);
        mixed = recorder.Visit(ModelLocations.AttnVOut, index, mixed);
        var output = weights.AttentionOut.Apply(mixed);
        if (weights.PostAttentionNorm is { } postNorm)
        {
            output = Norm.Apply(architecture, postNorm, recorder.Visit(ModelLocations.AttnOutPreNorm, index, output));
        }

        return recorder.Visit(ModelLocations.ResidDeltaAttn, index, output);
    }

    private Tensor ApplyMlp(Tensor residual, Recorder recorder)
    {
        var input = recorder.Visit(ModelLocations.MlpIn, index, MlpInput(residual, recorder));
        var neurons = recorder.Visit(ModelLocations.MlpPreAct, index, (weights.Gate ?? weights.MlpIn).Apply(input));
        neurons = Activations.Apply(architecture.Activation, neurons);
        if (weights.Gate is not null)
        {
            neurons = neurons.mul(recorder.Visit(ModelLocations.MlpUp, index, weights.MlpIn.Apply(input)));
        }

        var output = weights.MlpOut.Apply(recorder.Visit(ModelLocations.MlpPostAct, index, neurons));
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
            return Norm.Apply(architecture, norm, residual);
        }

        var normalized = recorder.Visit(ModelLocations.MlpInNormalized, index, Norm.Normalize(architecture, residual));
        return norm.Weight is null ? normalized.view(normalized.shape) : Norm.Scale(norm, normalized);
    }

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

    private Tensor Mix(Tensor queries, Tensor keys, Tensor values, SequenceBatch batch, BatchPositions positions)
    {
        var (q, k, v) = (batch.Split(queries), batch.Split(keys), batch.Split(values));
        var mixed = new List<Tensor>(q.Count);
        for (var run = 0; run < q.Count; run++)
        {
            var mask = positions.Mask(layer, batch.Runs[run].Length);
            var (sharedKeys, sharedValues) = (Shared(k[run]), Shared(v[run]));
            mixed.Add(architecture.ScoreCap is { } cap
                ? Attention.Capped(q[run], sharedKeys, sharedValues, layer.ScoreScale, mask!, cap)
                : Attention.Fused(q[run], sharedKeys, sharedValues, layer.ScoreScale, mask));
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
