using AeServerless.Engine.Graph;
using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Traces;

/// <summary>
/// A gradient with respect to the residual stream, computed for each sequence on its own: autograd in float64, rounded once. A sequence
/// that ends before the traced positions has no values, nor has one where a row that is needed is not finite.
/// </summary>
internal abstract class SequenceGradientNode(
    string key, int width, int firstNeeded, int neededTokens, params PlanNode[] inputs) : DenseNode(key, width, inputs)
{
    /// <summary>In place of a number of tokens: the whole sequence.</summary>
    protected const int AllTokens = 0;

    public override bool NeedsWholeSequences => true;

    public override void Compute(Tile tile)
    {
        tile.Dense(this).Span.Clear();

        // On the team's threads, where torch has one thread: with more, its sums may be added in another order.
        tile.Team.Run(tile.Sequences.Count, (_, sequence) => Compute(tile, tile.Sequences[sequence]));
    }

    /// <summary>The scalar to differentiate with respect to <paramref name="residual"/>, the rows of the first input.</summary>
    protected abstract Tensor Value(Tile tile, Tensor residual, IReadOnlyList<Tensor> rows);

    private void Compute(Tile tile, SequenceSlice sequence)
    {
        var tokens = neededTokens == AllTokens ? sequence.Tokens : neededTokens;
        var status = tile.Status(this).Slice(sequence.FirstRow, sequence.Tokens);
        var reason = Reason(tile, sequence, tokens);
        if (reason != RowStatus.Present)
        {
            status.Fill(reason);
            return;
        }

        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var rows = Inputs.Select(input => Rows(tile, input, sequence.FirstRow, tokens)).ToArray(); // [tokens, width] each
        var residual = rows[0].requires_grad_(true);
        var gradient = autograd.grad([Value(tile, residual, rows)], [residual])[0];
        var target = tile.Dense(this).Span.Slice(sequence.FirstRow * Width, tokens * Width);
        var values = gradient.contiguous().data<double>();
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = (float)values[i];
        }

        if (!FiniteCheck.AllFinite(target))
        {
            target.Clear();
            status.Fill(RowStatus.NonFinite);
        }
    }

    private RowStatus Reason(Tile tile, SequenceSlice sequence, int tokens)
    {
        if (sequence.Tokens < tokens)
        {
            return RowStatus.SequenceTooShort;
        }

        foreach (var input in Inputs)
        {
            foreach (var status in tile.Status(input).Slice(sequence.FirstRow + firstNeeded, tokens - firstNeeded))
            {
                if (status != RowStatus.Present)
                {
                    return status;
                }
            }
        }

        return RowStatus.Present;
    }

    private static Tensor Rows(Tile tile, PlanNode input, int firstRow, int tokens)
    {
        var rows = tile.Dense(input).Span.Slice(firstRow * input.Width, tokens * input.Width);
        var values = new double[rows.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = rows[i];
        }

        return tensor(values, tokens, input.Width);
    }
}
