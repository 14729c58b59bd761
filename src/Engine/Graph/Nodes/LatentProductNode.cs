using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Encoding.Sparse;

namespace AeServerless.Engine.Graph.Nodes;

/// <summary>latents[t, a] · other[t, a], where the other has a value for each latent that is active, or is dense.</summary>
internal sealed class LatentProductNode(SparseNode latents, PlanNode other)
    : SparseNode($"({latents.Key}) · ({other.Key})", latents.Width, latents, other)
{
    public override int ActiveLatents => latents.ActiveLatents;

    public override double Flops => ActiveLatents;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        tile.MergeStatus(Inputs[1], this);
        var into = tile.Sparse(this);
        var left = tile.Sparse(Inputs[0]);
        if (Inputs[1] is DenseNode)
        {
            SparseKernels.MultiplyDense(left, tile.Dense(Inputs[1]).Span, Width, into);
        }
        else
        {
            // A row that only the other value lacks must be emptied here first, as its values are tested for being finite.
            var right = tile.Sparse(Inputs[1]);
            if (right.Count == left.Count)
            {
                SparseKernels.Multiply(left, right, into);
            }
            else
            {
                left.Values.CopyTo(into.SharePairs(left));
                tile.EmptyAbsent(this);
                MultiplyRows(left, right, into);
            }
        }

        tile.EmptyAbsent(this);
    }

    private static void MultiplyRows(SparseLatents left, SparseLatents right, SparseLatents into)
    {
        for (var token = 0; token < into.Tokens; token++)
        {
            var (to, count) = (into.RowStarts[token], into.RowStarts[token + 1] - into.RowStarts[token]);
            for (var i = 0; i < count; i++)
            {
                into.MutableValues[to + i] = left.Values[left.RowStarts[token] + i] * right.Values[right.RowStarts[token] + i];
            }
        }
    }
}
