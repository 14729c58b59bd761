using AeServerless.Engine.Derivation.Nodes;

namespace AeServerless.Engine.Derivation;

/// <summary>Buffers for the recorded rows of consecutive tokens. Two of them take turns: one is read while the other is computed.</summary>
internal sealed class ReadWindow(IReadOnlyList<RecordedRows> nodes)
{
    private readonly float[][] _rows = [.. nodes.Select(_ => Array.Empty<float>())];

    /// <summary>Starts reading; the task ends when all rows are there.</summary>
    public Task ReadAsync(IRowSource source, long firstRow, int tokens, CancellationToken cancellationToken)
    {
        var reads = new Task[nodes.Count];
        for (var i = 0; i < reads.Length; i++)
        {
            var node = nodes[i];
            if (_rows[i].Length < tokens * node.Width)
                _rows[i] = GC.AllocateUninitializedArray<float>(tokens * node.Width);
            var destination = _rows[i].AsMemory(0, tokens * node.Width);
            reads[i] = source.ReadRowsAsync(node.Tensor, node.Width, firstRow, destination, cancellationToken).AsTask();
        }

        return Task.WhenAll(reads);
    }

    /// <summary>Rows of one tensor.</summary>
    public Memory<float> Rows(int node, int firstRow, int tokens) =>
        _rows[node].AsMemory(firstRow * nodes[node].Width, tokens * nodes[node].Width);
}
