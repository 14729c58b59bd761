using ParquetSharp;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>Floats that some rows have not.</summary>
internal sealed class OptionalColumn(string name, int bit) : ParquetColumn(name, ParquetSharp.Encoding.ByteStreamSplit)
{
    private short[] _levels = [];
    private float[] _there = [];

    /// <summary>The rows' values.</summary>
    public float[] Values { get; set; } = [];

    /// <summary>Bits by row; a row has a value where this column's is set.</summary>
    public uint[] Present { get; set; } = [];

    public override Column Definition => new Column<float?>(Name);

    public override void Write(RowGroupWriter group, Range rows)
    {
        var (start, count) = rows.GetOffsetAndLength(Values.Length);
        if (_levels.Length < count)
        {
            (_levels, _there) = (new short[count], new float[count]);
        }

        var filled = 0;
        for (var row = 0; row < count; row++)
        {
            var there = (Present[start + row] >> bit) & 1;
            _levels[row] = (short)there;
            _there[filled] = Values[start + row];
            filled += (int)there;
        }

        using var writer = (ColumnWriter<float>)group.NextColumn();
        writer.WriteBatch(count, _levels.AsSpan(0, count), [], _there.AsSpan(0, filled));
    }
}
