using AeServerless.Engine.Datasets;

namespace AeServerless.Engine.Derivation;

/// <summary>Rows of a shard's tensors.</summary>
/// <param name="shard">The shard.</param>
public sealed class ShardRows(Shard shard) : IRowSource
{
    /// <inheritdoc />
    public ValueTask ReadRowsAsync(string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        var entry = shard.File.Require(tensor);
        return entry.RowWidth == width
            ? shard.File.ReadRowsAsync(entry, firstRow, destination, cancellationToken)
            : throw new InvalidInputException($"{shard.File.Source.Name}, tensor {tensor}", $"it has {entry.RowWidth} values a token; other shards have {width}");
    }
}
