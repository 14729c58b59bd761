using AeServerless.Engine.Numerics;
using AeServerless.Engine.Recipes;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Transformer;

/// <summary>
/// Causal attention of sequences of one length. Queries, keys and values are <c>[sequences, heads, length, d_head]</c>, of as many heads.
/// </summary>
internal static class Attention
{
    // Scores of that many queries and keys are held at once where they are computed one by one: 128 MB.
    private const long MostScores = 1 << 25;

    private const double Same = 1e-12;

    /// <summary>Attention-weighted sums of values, without holding scores.</summary>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="values">Values.</param>
    /// <param name="scale">What products of queries and keys are multiplied by.</param>
    /// <param name="mask">Added to scores, <c>[length, length]</c>; null where a query sees all before it.</param>
    /// <param name="dtype">What it is computed in.</param>
    public static Tensor Fused(Tensor queries, Tensor keys, Tensor values, double scale, Tensor? mask, ModelDtype dtype)
    {
        // The function divides by √d_head by itself.
        var factor = scale * Math.Sqrt(queries.shape[3]);
        var scaled = Math.Abs(factor - 1) < Same ? queries : queries.Times(factor);
        if (dtype == ModelDtype.Float32)
        {
            return torch.nn.functional.scaled_dot_product_attention(scaled, keys, values, mask, is_casual: mask is null);
        }

        static Tensor Narrow(Tensor tensor) => tensor.to_type(torch.ScalarType.BFloat16);
        return torch.nn.functional.scaled_dot_product_attention(
            Narrow(scaled), Narrow(keys), Narrow(values), mask is null ? null : Narrow(mask), is_casual: mask is null)
            .to_type(queries.dtype);
    }

    /// <summary>The same with scores of <c>cap · tanh(score / cap)</c>, the mask added after it.</summary>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="values">Values.</param>
    /// <param name="scale">What products of queries and keys are multiplied by.</param>
    /// <param name="mask">Added to scores, <c>[length, length]</c>.</param>
    /// <param name="cap">The cap.</param>
    public static Tensor Capped(Tensor queries, Tensor keys, Tensor values, double scale, Tensor mask, double cap)
    {
        var length = queries.shape[2];
        var transposed = keys.transpose(2, 3);
        var block = Math.Max(1, MostScores / (queries.shape[0] * queries.shape[1] * length));
        var blocks = new List<Tensor>();
        for (var first = 0L; first < length; first += block)
        {
            using var scope = torch.NewDisposeScope();
            var count = Math.Min(block, length - first);
            var scores = queries.narrow(2, first, count).Times(scale).matmul(transposed).Capped(cap).Plus(mask.narrow(0, first, count));
            blocks.Add(scores.softmax(-1).matmul(values).MoveToOuterDisposeScope());
        }

        return blocks.Count == 1 ? blocks[0] : torch.cat(blocks, 2);
    }

    /// <summary>All scores with the mask added, <c>[sequences, heads, length, length]</c>.</summary>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="scale">What products of queries and keys are multiplied by.</param>
    /// <param name="mask">Added to scores, <c>[length, length]</c>.</param>
    /// <param name="cap">Scores become <c>cap · tanh(score / cap)</c>; null for none.</param>
    public static Tensor Scores(Tensor queries, Tensor keys, double scale, Tensor mask, double? cap)
    {
        var scores = queries.Times(scale).matmul(keys.transpose(2, 3));
        return (cap is { } bound ? scores.Capped(bound) : scores).Plus(mask);
    }

    /// <summary>
    /// What is added to scores: −∞ for keys after the query and for those that the window leaves out. <c>[length, length]</c>.
    /// </summary>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="window">A query sees its own key and this many less one before it; all where null.</param>
    /// <param name="device">Where.</param>
    public static Tensor Mask(int length, int? window, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        var hidden = torch.ones([length, length], torch.ScalarType.Bool, device: device).triu(1);
        if (window < length)
        {
            hidden = hidden.logical_or(torch.ones([length, length], torch.ScalarType.Bool, device: device).tril(-window.Value));
        }

        return torch.zeros([length, length], device: device).Masked(hidden, double.NegativeInfinity).MoveToOuterDisposeScope();
    }
}
