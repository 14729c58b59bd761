using System.Numerics.Tensors;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Datasets;

/// <summary>The tensor <c>tokens</c> of shards: of I64, or where datasets of tokens are to be small of I32 or U16.</summary>
public static class TokenIds
{
    /// <summary>The types that it may have.</summary>
    internal static IReadOnlyList<TensorDtype> Dtypes { get; } = [TensorDtype.I64, TensorDtype.I32, TensorDtype.U16];

    /// <summary>Reads token ids of consecutive rows.</summary>
    /// <param name="file">A shard.</param>
    /// <param name="firstRow">The first token.</param>
    /// <param name="destination">Receives the ids.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, not these rows of it, or it is of another type.</exception>
    public static async ValueTask ReadAsync(
        SafetensorsFile file, long firstRow, Memory<long> destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var entry = file.GetTensor(TensorNames.Tokens);
        switch (entry.Dtype)
        {
            case TensorDtype.I32:
                var ids = new int[destination.Length];
                await file.ReadRowsAsync(entry, firstRow, ids.AsMemory(), cancellationToken);
                TensorPrimitives.ConvertTruncating<int, long>(ids, destination.Span);
                break;
            case TensorDtype.U16:
                var small = new ushort[destination.Length];
                await file.ReadRowsAsync(entry, firstRow, small.AsMemory(), cancellationToken);
                TensorPrimitives.ConvertTruncating<ushort, long>(small, destination.Span);
                break;
            default:
                await file.ReadRowsAsync(entry, firstRow, destination, cancellationToken);
                break;
        }
    }
}
