using AeServerless.Engine;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>A column of Parquet files, one behind the other.</summary>
internal sealed class ParquetRows : ArrayRows
{
    private const long BatchBytes = 16 << 20;
    private const int MostRows = 1 << 16;

    private readonly IReadOnlyList<string> _paths;
    private readonly string _column;
    private readonly int _batchRows;
    private ParquetColumn? _file;
    private ReadOnlyMemory<byte> _left;
    private int _nextFile;
    private long _position;

    private ParquetRows(IReadOnlyList<string> paths, string column, TensorDtype dtype, IReadOnlyList<long> shape)
    {
        (_paths, _column, Dtype, Shape) = (paths, column, dtype, shape);
        var rowBytes = shape.Skip(1).Aggregate((long)dtype.Size(), (product, dimension) => product * dimension);
        _batchRows = (int)Math.Clamp(BatchBytes / rowBytes, 1, MostRows);
    }

    public override string Name => $"{_paths[0]}#{_column}";

    public override TensorDtype Dtype { get; }

    public override IReadOnlyList<long> Shape { get; }

    /// <summary>Opens the column, and learns its shape from the first row.</summary>
    public static async Task<ParquetRows> OpenAsync(
        IReadOnlyList<string> paths, string? part, ArrayUse use, CancellationToken cancellationToken)
    {
        ArrowNumbers? first = null;
        var column = part ?? "";
        var rows = 0L;
        foreach (var path in paths)
        {
            using var file = new ParquetColumn(path, part);
            rows += file.Rows;
            if (first is null && file.Rows > 0)
            {
                column = use.Choose(path, file.Columns, file.FloatLists(), part);
                file.Begin(column, rows: 1);
                first = await file.NextAsync(cancellationToken);
            }
        }

        return first is null
            ? throw new InvalidInputException(paths[0], "has no rows")
            : new ParquetRows(paths, column, first.Dtype, [rows, .. first.Shape.Skip(1)]);
    }

    public override async ValueTask ReadAsync(long first, Memory<byte> destination, int inner, CancellationToken cancellationToken)
    {
        if (first * inner != _position)
        {
            throw new InvalidOperationException($"{Name} is read in order: byte {_position} comes next, and not {first * inner}.");
        }

        _position += destination.Length;
        while (destination.Length > 0)
        {
            if (_left.IsEmpty)
            {
                _left = await NextAsync(cancellationToken);
            }

            var some = Math.Min(_left.Length, destination.Length);
            _left[..some].CopyTo(destination);
            (_left, destination) = (_left[some..], destination[some..]);
        }
    }

    public override void Dispose() => _file?.Dispose();

    private async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_file is not null && await _file.NextAsync(cancellationToken) is { } numbers)
            {
                return numbers.Dtype == Dtype && numbers.Shape.Skip(1).SequenceEqual(Shape.Skip(1)) ? numbers.Bytes
                    : throw new InvalidInputException(
                        $"{_paths[_nextFile - 1]}, column '{_column}'",
                        $"is ragged: it has rows of {numbers.Dtype.Name()} [{string.Join(", ", numbers.Shape.Skip(1))}], the first is "
                            + $"{Dtype.Name()} [{string.Join(", ", Shape.Skip(1))}]; lists of one length are needed");
            }

            _file?.Dispose();
            _file = null;
            if (_nextFile == _paths.Count)
            {
                throw new InvalidInputException(Name, $"has fewer rows than the {Shape[0]} that its files say");
            }

            _file = new ParquetColumn(_paths[_nextFile++], _column);
            _file.Begin(_column, _batchRows);
        }
    }
}
