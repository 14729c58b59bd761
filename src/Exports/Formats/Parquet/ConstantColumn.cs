using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>The same text in every row.</summary>
internal sealed class ConstantColumn(string name, string value) : ParquetColumn(name, null)
{
    private string[] _values = [];

    public override Column Definition => new Column<string>(Name);

    public override void Write(RowGroupWriter group, Range rows)
    {
        var count = rows.End.Value - rows.Start.Value;
        if (_values.Length < count)
        {
            _values = new string[count];
            Array.Fill(_values, value);
        }

        using var writer = group.NextColumn().LogicalWriter<string>();
        writer.WriteBatch(_values.AsSpan(0, count));
    }
}
