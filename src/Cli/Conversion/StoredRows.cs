using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Arrays that lie in files, one behind the other along their first dimension.</summary>
internal sealed class StoredRows : ArrayRows
{
    private readonly IReadOnlyList<StoredTensor> _pieces;
    private readonly long[] _starts;

    /// <summary>Puts arrays together.</summary>
    /// <param name="name">What messages call them.</param>
    /// <param name="pieces">The arrays; at least one.</param>
    /// <exception cref="InvalidInputException">They don't fit together, or are in Fortran's order.</exception>
    public StoredRows(string name, IReadOnlyList<StoredTensor> pieces)
    {
        if (pieces.FirstOrDefault(piece => piece.Shape.Count == 0 || piece.Shape.Contains(0)) is { } empty)
        {
            throw new InvalidInputException(empty.File, $"'{empty.Name}' has the shape {empty.ShapeText}, and no rows");
        }

        var first = pieces is [var one, ..] ? one : throw new InvalidInputException(name, "has no rows");
        _starts = new long[pieces.Count];
        var rows = 0L;
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            if (piece.Dtype != first.Dtype || !piece.Shape.Skip(1).SequenceEqual(first.Shape.Skip(1)))
            {
                throw new InvalidInputException(
                    piece.File,
                    $"'{piece.Name}' is {piece.Dtype.Name()} {piece.ShapeText}, but that before it is {first.Dtype.Name()} "
                        + $"{first.ShapeText}: only the number of rows may differ");
            }

            if (!piece.Strides.Skip(1).SequenceEqual(StoredTensor.RowMajor(piece.Shape).Skip(1)) || piece.Strides[0] < RowElements(piece))
            {
                throw new InvalidInputException(
                    piece.File, $"'{piece.Name}' is in Fortran's order, or transposed; save numpy.ascontiguousarray of it");
            }

            _starts[i] = rows;
            rows += piece.Shape[0];
        }

        (Name, _pieces, Dtype, Shape) = (name, pieces, first.Dtype, [rows, .. first.Shape.Skip(1)]);
    }

    public override string Name { get; }

    public override TensorDtype Dtype { get; }

    public override IReadOnlyList<long> Shape { get; }

    public override async ValueTask ReadAsync(long first, Memory<byte> destination, int inner, CancellationToken cancellationToken)
    {
        var size = Dtype.Size();
        var stored = RowElements(_pieces[0]) * size;
        for (var at = first * inner; destination.Length > 0;)
        {
            var (row, skipped) = (at / stored, at % stored);
            var found = Array.BinarySearch(_starts, row);
            var piece = _pieces[found < 0 ? ~found - 1 : found];
            var rowOfPiece = row - _starts[found < 0 ? ~found - 1 : found];

            // Rows with gaps between them, such as those of one layer among several, are read one by one.
            var left = piece.Strides[0] * size == stored ? ((piece.Shape[0] - rowOfPiece) * stored) - skipped : stored - skipped;
            var some = (int)Math.Min(left, destination.Length);
            var offset = piece.Offset + (rowOfPiece * piece.Strides[0] * size) + skipped;
            await piece.Source.ReadAsync(offset, destination[..some], cancellationToken);
            (destination, at) = (destination[some..], at + some);
        }
    }

    public override void Dispose()
    {
        foreach (var source in _pieces.Select(piece => piece.Source).OfType<IDisposable>())
        {
            source.Dispose();
        }
    }

    private static long RowElements(StoredTensor piece) => piece.Shape.Skip(1).Aggregate(1L, (product, dimension) => product * dimension);
}
