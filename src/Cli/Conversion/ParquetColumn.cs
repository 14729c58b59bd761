using AeServerless.Engine;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace AeServerless.Cli.Conversion;

/// <summary>A column of a Parquet file, read some rows at a time.</summary>
internal sealed class ParquetColumn : IDisposable
{
    private readonly ReaderProperties _properties = ReaderProperties.GetDefaultReaderProperties();
    private readonly ArrowReaderProperties _arrowProperties = ArrowReaderProperties.GetDefault();
    private readonly FileReader _file;
    private readonly string _path;
    private readonly string? _part;
    private IArrowArrayStream? _batches;
    private RecordBatch? _batch;

    public ParquetColumn(string path, string? part)
    {
        (_path, _part) = (path, part);

        // A row group may be larger than memory: it is decoded as it is read.
        _properties.EnableBufferedStream();
        _arrowProperties.PreBuffer = false;
        try
        {
            _file = File.Exists(path)
                ? new FileReader(path, _properties, _arrowProperties)
                : throw new InvalidInputException(path, "does not exist; look whether its path is spelled right");
        }
        catch (ParquetException error)
        {
            throw new InvalidInputException(path, $"is not a Parquet file: {error.Message}");
        }
    }

    public long Rows => _file.ParquetReader.FileMetaData.NumRows;

    public IReadOnlyList<string> Columns => [.. _file.Schema.FieldsList.Select(column => column.Name)];

    /// <summary>Columns of lists of floating-point numbers.</summary>
    public IReadOnlyList<string> FloatLists() =>
        [.. _file.Schema.FieldsList.Where(field => IsFloatList(field.DataType)).Select(field => field.Name)];

    private string Subject => $"{_path}, column '{_part}'";

    /// <summary>Begins to read so many rows at a time.</summary>
    public void Begin(string name, int rows)
    {
        var schema = _file.ParquetReader.FileMetaData.Schema;
        int[] leaves = [.. Enumerable.Range(0, schema.NumColumns).Where(column => schema.ColumnRoot(column).Name == name)];
        if (leaves.Length == 0)
        {
            throw new InvalidInputException($"{_path}, column '{name}'", $"is missing; the columns are {string.Join(", ", Columns)}");
        }

        _batches?.Dispose();
        _arrowProperties.BatchSize = rows;
        _batches = _file.GetRecordBatchReader(rowGroups: null, columns: leaves);
    }

    /// <summary>The next rows; <see langword="null"/> behind the last. They stand until the next are read.</summary>
    public async ValueTask<ArrowNumbers?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            _batch?.Dispose();
            _batch = await _batches!.ReadNextRecordBatchAsync(cancellationToken);
        }
        catch (ParquetException error)
        {
            throw new InvalidInputException(Subject, $"is damaged: {error.Message}");
        }

        return _batch is null ? null : ArrowNumbers.Of(_batch.Column(0), Subject);
    }

    public void Dispose()
    {
        _batch?.Dispose();
        _batches?.Dispose();
        _file?.Dispose();
        _arrowProperties.Dispose();
        _properties.Dispose();
    }

    private static bool IsFloatList(IArrowType type) => type is NestedType { Fields: [{ DataType: var entries }] } and not StructType
        && (IsFloatList(entries) || entries is FloatingPointType);
}
