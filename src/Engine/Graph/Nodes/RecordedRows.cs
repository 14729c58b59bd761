namespace AeServerless.Engine.Graph.Nodes;

/// <summary>Rows of a recorded tensor, as read. A row with a value that is NaN or infinite counts as absent.</summary>
internal sealed class RecordedRows(string tensor, RecordedTensor recorded)
    : DenseNode(NodeKey(tensor), recorded.Width)
{
    public string Tensor { get; } = tensor;

    public override bool IsRead => true;

    public RecordedTensor Recorded { get; } = recorded;

    public static string NodeKey(string tensor) => $"read {tensor}";

    public override void Compute(Tile tile) => tile.Share((first, last) => tile.ExcludeOverflow(this, first, last));
}
