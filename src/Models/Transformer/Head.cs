using AeServerless.Engine.Numerics;
using AeServerless.Models.Configuration;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>
/// Logits and losses, and their gradients in closed form, over blocks of tokens: the logits of a whole batch need not fit into memory.
/// </summary>
internal sealed class Head(Architecture architecture, Linear weights)
{
    private static readonly Scalar One = 1;

    // Logits that are held at once: 32 MB, some times over.
    private const long MostLogits = 1 << 23;

    /// <summary>Logits. <c>[tokens, d_model]</c> after the final norm → <c>[tokens, vocabulary]</c>.</summary>
    public Tensor Logits(Tensor final)
    {
        using var scope = torch.NewDisposeScope();
        return Capped(weights.Apply(final)).MoveToOuterDisposeScope();
    }

    /// <summary>A loss of each sequence, and its gradients.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="final">The residual stream after the final norm, <c>[tokens, d_model]</c>, without graph.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="withLogits">Whether the gradient at the logits is asked for.</param>
    public LossGradients Gradients(LossDescription loss, Tensor final, SequenceBatch batch, bool withLogits)
    {
        using var scope = torch.NewDisposeScope();
        var gradients = loss.IsCrossEntropy ? CrossEntropy(final, batch, withLogits) : LogitDifference(loss, final, batch, withLogits);
        gradients.Final.MoveToOuterDisposeScope();
        gradients.Logits?.MoveToOuterDisposeScope();
        return gradients;
    }

    private LossGradients LogitDifference(LossDescription loss, Tensor final, SequenceBatch batch, bool withLogits)
    {
        var last = LastRows(batch);
        var rows = torch.tensor(last, device: final.device);
        long[] ids = [.. loss.Targets.Concat(loss.AntiTargets).Select(id => (long)id)];
        var columns = torch.tensor(ids, device: final.device);
        float[] shares =
        [
            .. loss.Targets.Select(_ => 1f / loss.Targets.Count), .. loss.AntiTargets.Select(_ => -1f / loss.AntiTargets.Count),
        ];
        var share = torch.tensor(shares, final.dtype, final.device);
        var matrix = weights.Rows(columns); // [ids, d_model]
        var logits = Capped(final.index_select(0, rows).matmul(matrix.t())); // [sequences, ids]
        var values = logits.mul(share).sum(1);
        var gradient = Spread([BehindCap(share.expand_as(logits), logits).matmul(matrix)], rows, final.shape);
        Tensor? atLogits = null;
        if (withLogits)
        {
            var row = torch.zeros(architecture.Vocabulary, final.dtype, final.device).index_add(0, columns, share, One);
            atLogits = Spread([row.unsqueeze(0).expand(last.Length, -1)], rows, [final.shape[0], architecture.Vocabulary]);
        }

        return new LossGradients(TensorReader.Doubles(values), gradient, atLogits);
    }

    private LossGradients CrossEntropy(Tensor final, SequenceBatch batch, bool withLogits)
    {
        var (predicting, shares) = PredictingRows(batch);
        var sequences = batch.Lengths.SelectMany((length, sequence) => Enumerable.Repeat(sequence, length)).ToArray();
        var losses = new double[batch.Lengths.Count];
        var (slopes, gradients) = (new List<Tensor>(), new List<Tensor>());
        var matrix = weights.KeptFactor.t();
        var block = (int)Math.Max(1, MostLogits / architecture.Vocabulary);
        for (var first = 0; first < predicting.Length; first += block)
        {
            using var scope = torch.NewDisposeScope();
            var part = predicting.AsSpan(first, Math.Min(block, predicting.Length - first)).ToArray();
            var targets = batch.Tokens.index_select(0, torch.tensor(Array.ConvertAll(part, row => row + 1), device: final.device))
                .unsqueeze(1);
            var share = torch.tensor(shares.AsSpan(first, part.Length).ToArray(), final.dtype, final.device).unsqueeze(1); // [rows, 1]
            var logits = Capped(final.index_select(0, torch.tensor(part, device: final.device)).Product(matrix)); // [rows, vocabulary]
            var logProbabilities = logits.log_softmax(1);
            var surprise = TensorReader.Doubles(logProbabilities.gather(1, targets).mul(share));
            for (var i = 0; i < part.Length; i++)
            {
                losses[sequences[part[i]]] -= surprise[i];
            }

            // In place: nothing else is as large.
            var slope = logProbabilities.exp_().mul_(share).scatter_add_(1, targets, share.neg());
            gradients.Add(BehindCap(slope, logits).Product(matrix.t()).MoveToOuterDisposeScope());
            if (withLogits)
            {
                slopes.Add(slope.MoveToOuterDisposeScope());
            }
        }

        var rows = torch.tensor(predicting, device: final.device);
        var atLogits = withLogits ? Spread(slopes, rows, [final.shape[0], architecture.Vocabulary]) : null;
        return new LossGradients(losses, Spread(gradients, rows, final.shape), atLogits);
    }

    // Zeros but for some rows.
    private static Tensor Spread(IReadOnlyList<Tensor> blocks, Tensor rows, long[] shape)
    {
        if (blocks.Count == 0)
        {
            return torch.zeros(shape, device: rows.device);
        }

        var zeros = torch.zeros(shape, blocks[0].dtype, rows.device);
        return zeros.index_copy(0, rows, torch.cat([.. blocks]));
    }

    private Tensor Capped(Tensor logits) => architecture.LogitCap is { } cap ? logits.Capped(cap) : logits;

    // The derivative of cap · tanh(x / cap) is 1 − (capped / cap)².
    private Tensor BehindCap(Tensor gradient, Tensor capped)
    {
        if (architecture.LogitCap is not { } cap)
        {
            return gradient;
        }

        var part = capped.Times(1 / cap);
        return gradient.MinusProduct(gradient, part.mul(part));
    }

    private static long[] LastRows(SequenceBatch batch)
    {
        var rows = new long[batch.Lengths.Count];
        var end = 0L;
        for (var i = 0; i < rows.Length; i++)
        {
            end += batch.Lengths[i];
            rows[i] = end - 1;
        }

        return rows;
    }

    // All rows but the last of each sequence, and one over their number in the sequence.
    private static (long[] Rows, float[] Shares) PredictingRows(SequenceBatch batch)
    {
        var rows = new List<long>();
        var shares = new List<float>();
        var start = 0L;
        foreach (var length in batch.Lengths)
        {
            for (var i = 0; i < length - 1; i++)
            {
                rows.Add(start + i);
                shares.Add(1f / (length - 1));
            }

            start += length;
        }

        return ([.. rows], [.. shares]);
    }
}
