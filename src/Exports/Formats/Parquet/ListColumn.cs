using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>A list of numbers in every row.</summary>
/// <typeparam name="T">int, long, float or double.</typeparam>
internal sealed class ListColumn<T>(string name) : ParquetColumn(name, null)
    where T : unmanaged
{
    /// <summary>The rows' lists.</summary>
    public T[][] Values { get; set; } = [];

    public override string Path => $"{Name}.list.item";

    public override Column Definition => new Column<T[]>(Name);

    public override void Write(RowGroupWriter group, Range rows)
    {
        using var writer = group.NextColumn().LogicalWriter<T[]>();
        writer.WriteBatch(Values.AsSpan(rows));
    }
}
