using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>Texts.</summary>
internal sealed class TextColumn(string name) : ParquetColumn(name, null)
{
    /// <summary>The rows' texts.</summary>
    public string[] Values { get; set; } = [];

    public override Column Definition => new Column<string>(Name);

    public override void Write(RowGroupWriter group, Range rows)
    {
        using var writer = group.NextColumn().LogicalWriter<string>();
        writer.WriteBatch(Values.AsSpan(rows));
    }
}
