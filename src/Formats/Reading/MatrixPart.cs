using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>A stored matrix and the way in which it is wanted.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Transposed">Whether its columns are wanted as rows.</param>
internal sealed record MatrixPart(StoredTensor Tensor, bool Transposed)
{
    public long Rows => Tensor.Shape[Transposed ? 1 : 0];

    public long Columns => Tensor.Shape[Transposed ? 0 : 1];

    public static MatrixPart Encoder(StoredTensor tensor, bool transposed) => tensor.Shape.Count switch
    {
        2 => new MatrixPart(tensor, transposed),
        3 => throw tensor.Fault($"crosscoder ({tensor.Name} has three dimensions): {tensor.Name} shape {tensor.ShapeText}; crosscoders "
            + "and cross-layer transcoders are not supported"),
        _ => throw tensor.Fault($"{tensor.Name} shape {tensor.ShapeText} is not that of a matrix"),
    };

    public static MatrixPart Decoder(StoredTensor tensor, bool transposed) => tensor.Shape.Count switch
    {
        2 => new MatrixPart(tensor, transposed),
        3 => throw tensor.Fault($"{tensor.Name} shape {tensor.ShapeText} has three dimensions, as those of a cross-layer transcoder "
            + "(clt) or crosscoder, which are not supported"),
        _ => throw tensor.Fault($"{tensor.Name} shape {tensor.ShapeText} is not that of a matrix"),
    };

    public void RequireShape(long rows, long columns)
    {
        if (Transposed)
        {
            Tensor.RequireShape(columns, rows);
        }
        else
        {
            Tensor.RequireShape(rows, columns);
        }
    }

    public Task<WeightMatrix> ReadAsync(CancellationToken cancellationToken) =>
        TensorReader.ReadMatrixAsync(Tensor, Transposed, cancellationToken);
}
