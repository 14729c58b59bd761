using System.Buffers;
using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>The same text in every row.</summary>
internal sealed class ConstantColumn(string name, string value) : ParquetColumn(name, null)
{
    private readonly byte[] _text = System.Text.Encoding.UTF8.GetBytes(value);
    private short[] _levels = [];
    private ByteArray[] _values = [];

    public override Column Definition => new Column<string>(Name);

    public override void Write(RowGroupWriter group, Range rows)
    {
        var count = rows.End.Value - rows.Start.Value;
        if (_levels.Length < count)
        {
            (_levels, _values) = (new short[count], new ByteArray[count]);
            Array.Fill(_levels, (short)1);
        }

        // One text for all rows, which stays where it is while they are written.
        using var pinned = _text.AsMemory().Pin();
        Array.Fill(_values, new ByteArray(Address(pinned), _text.Length));
        using var writer = (ColumnWriter<ByteArray>)group.NextColumn();
        writer.WriteBatch(count, _levels.AsSpan(0, count), [], _values.AsSpan(0, count));
    }

    private static unsafe IntPtr Address(MemoryHandle pinned) => (IntPtr)pinned.Pointer;
}
