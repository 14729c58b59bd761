using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>
/// A Parquet file of flat columns, written row group by row group: Zstandard, statistics of columns and pages, and a page index, so that
/// readers fetch the pages that they need over ranges.
/// </summary>
internal sealed class ParquetTable : IDisposable
{
    private const int PageBytes = 1 << 16;
    private const int BatchRows = 1 << 12;

    private readonly ParquetFileWriter _file;
    private readonly WriterProperties _properties;

    /// <summary>Begins a file.</summary>
    /// <param name="content">Takes the bytes.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="sortedBy">Name of the column by which rows ascend.</param>
    /// <param name="metadata">What the footer says of the table.</param>
    public ParquetTable(
        Stream content, IReadOnlyList<ParquetColumn> columns, string? sortedBy, IReadOnlyDictionary<string, string> metadata)
    {
        Columns = columns;
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Zstd).CompressionLevel(1).EnableStatistics().EnableWritePageIndex().DisableDictionary();
        builder.DataPagesize(PageBytes).WriteBatchSize(BatchRows).CreatedBy("ae-serverless");
        foreach (var column in columns)
        {
            _ = column.Encoding is { } encoding ? builder.Encoding(column.Path, encoding) : builder.EnableDictionary(column.Path);
        }

        if (sortedBy is not null)
        {
            var index = columns.Select(column => column.Name).ToList().IndexOf(sortedBy);
            builder.SortingColumns([new WriterProperties.SortingColumn(index, isDescending: false, nullsFirst: false)]);
        }

        _properties = builder.Build();
        _file = new ParquetFileWriter(
            content, [.. columns.Select(column => column.Definition)], null, _properties, metadata, leaveOpen: true);
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Writes a row group.</summary>
    /// <param name="rows">Which of the rows that the columns hold.</param>
    public void WriteGroup(Range rows)
    {
        using var group = _file.AppendRowGroup();
        foreach (var column in Columns)
        {
            column.Write(group, rows);
        }
    }

    /// <summary>Writes the footer.</summary>
    public void Complete() => _file.Close();

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _properties.Dispose();
    }
}
