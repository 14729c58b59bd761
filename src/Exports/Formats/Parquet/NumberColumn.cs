using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>Numbers; whole ones as differences, floats with their bytes apart.</summary>
/// <param name="name">The column's name.</param>
/// <typeparam name="T">int, long, float or double.</typeparam>
internal sealed class NumberColumn<T>(string name)
    : ParquetColumn(
        name,
        typeof(T) == typeof(float) || typeof(T) == typeof(double)
            ? ParquetSharp.Encoding.ByteStreamSplit
            : ParquetSharp.Encoding.DeltaBinaryPacked)
    where T : unmanaged
{
    /// <summary>The rows' values.</summary>
    public T[] Values { get; set; } = [];

    public override Column Definition => new Column<T>(Name);

    public override void Write(RowGroupWriter group, Range rows)
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        writer.WriteBatch(Values.AsSpan(rows));
    }
}
