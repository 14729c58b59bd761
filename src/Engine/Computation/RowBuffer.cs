using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Computation;

/// <summary>
/// Buffers for the recorded rows of consecutive tokens. Two of them take turns: one is read while the other is computed. Their memory is
/// lent, since a chunk whose results are stored, or that has only read ahead, needs none or that of one.
/// </summary>
internal sealed class RowBuffer(IReadOnlyList<RecordedRows> nodes)
{
    private readonly float[][] _rows = [.. nodes.Select(_ => Array.Empty<float>())];

    /// <summary>Starts reading; the task completes when all rows are read.</summary>
    public Task ReadAsync(IRowSource source, long firstRow, int tokens, CancellationToken cancellationToken)
    {
        // Allocate everything first: a failed allocation must not leave a read running.
        for (var i = 0; i < nodes.Count; i++)
        {
            if (_rows[i].Length < tokens * nodes[i].Width)
            {
                Free(i);
                _rows[i] = LargeArrays<float>.Pool.Rent(tokens * nodes[i].Width);
            }
        }

        return Task.WhenAll(nodes.Select((node, i) =>
            source.ReadRowsAsync(node.Tensor, node.Width, firstRow, Rows(i, 0, tokens), cancellationToken).AsTask()));
    }

    /// <summary>Rows of one tensor.</summary>
    public Memory<float> Rows(int node, int firstRow, int tokens) =>
        _rows[node].AsMemory(firstRow * nodes[node].Width, tokens * nodes[node].Width);

    /// <summary>Gives the memory back: nothing may read into it any more.</summary>
    public void Free()
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            Free(i);
        }
    }

    private void Free(int node)
    {
        LargeArrays<float>.Pool.Return(_rows[node]);
        _rows[node] = [];
    }
}
