using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Computation;

/// <summary>
/// Buffers for the recorded rows of consecutive tokens. Two of them take turns: one is read while the other is computed. A chunk whose
/// results are stored needs none, and one that has only read ahead needs one.
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
                _rows[i] = GC.AllocateUninitializedArray<float>(tokens * nodes[i].Width);
            }
        }

        return Task.WhenAll(nodes.Select((node, i) =>
            source.ReadRowsAsync(node.Tensor, node.Width, firstRow, Rows(i, 0, tokens), cancellationToken).AsTask()));
    }

    /// <summary>Rows of one tensor.</summary>
    public Memory<float> Rows(int node, int firstRow, int tokens) =>
        _rows[node].AsMemory(firstRow * nodes[node].Width, tokens * nodes[node].Width);
}
