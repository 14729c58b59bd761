namespace AeServerless.Engine.Derivation.Nodes;

/// <summary>Rows of a recorded tensor, as read. A row with a value that is NaN or infinite counts as absent.</summary>
internal sealed class RecordedRows(string tensor, RecordedTensor recorded)
    : DenseNode(NodeKey(tensor), recorded.Width)
{
    public string Tensor { get; } = tensor;

    public RecordedTensor Recorded { get; } = recorded;

    public static string NodeKey(string tensor) => $"read {tensor}";

    public override void Compute(Tile tile)
    {
        var rows = tile.Dense(this).Span;
        var status = tile.Status(this);
        for (var token = 0; token < tile.Tokens; token++)
        {
            var row = rows.Slice(token * Width, Width);
            if (row.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            {
                row.Clear();
                status[token] = RowStatus.NonFinite;
            }
        }
    }
}
