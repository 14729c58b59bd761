using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace AeServerless.Cli.Conversion;

/// <summary>The numbers of a column of lists in memory, one behind the other.</summary>
/// <param name="Dtype">Their type.</param>
/// <param name="Shape">Rows, then the length of the lists, and of the lists in them.</param>
/// <param name="Bytes">The numbers, little-endian.</param>
internal sealed record ArrowNumbers(TensorDtype Dtype, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Finds the numbers of a column.</summary>
    /// <exception cref="InvalidInputException">It has nulls or no numbers, or its lists are of several lengths.</exception>
    public static ArrowNumbers Of(IArrowArray column, string subject)
    {
        var shape = new List<long> { column.Length };
        var (array, start, count) = (column, 0, column.Length);
        while (true)
        {
            if (array.NullCount > 0)
            {
                throw new InvalidInputException(subject, $"has {array.NullCount} nulls; every token needs its values");
            }

            if (Number(array.Data.DataType.TypeId) is { } dtype)
            {
                var bytes = array.Data.Buffers[1].Memory.Slice((array.Offset + start) * dtype.Size(), count * dtype.Size());
                return new ArrowNumbers(dtype, shape, bytes);
            }

            (start, var entries, array) = array switch
            {
                ListArray list => Regular(list.ValueOffsets, start, count, subject, list.Values),
                FixedSizeListArray list => Fixed(list, start),
                _ => throw new InvalidInputException(
                    subject, $"is {array.Data.DataType.Name}; numbers or lists of numbers are needed"),
            };
            count = entries > 0 ? checked(count * entries) : throw new InvalidInputException(
                subject, "has empty lists; every token needs its values");
            shape.Add(entries);
        }
    }

    private static (int Start, int Entries, IArrowArray Values) Fixed(FixedSizeListArray list, int start)
    {
        var size = ((FixedSizeListType)list.Data.DataType).ListSize;
        return ((list.Offset + start) * size, size, list.Values);
    }

    private static (int Start, int Entries, IArrowArray Values) Regular(
        ReadOnlySpan<int> offsets, int start, int count, string subject, IArrowArray values)
    {
        var entries = offsets[start + 1] - offsets[start];
        for (var i = start + 1; i < start + count; i++)
        {
            if (offsets[i + 1] - offsets[i] != entries)
            {
                throw new InvalidInputException(
                    subject,
                    $"is ragged: a list has {offsets[i + 1] - offsets[i]} entries, those before have {entries}; lists of one length are "
                        + "needed, as of sequences of one length");
            }
        }

        return (offsets[start], entries, values);
    }

    private static TensorDtype? Number(ArrowTypeId type) => type switch
    {
        ArrowTypeId.HalfFloat => TensorDtype.F16,
        ArrowTypeId.Float => TensorDtype.F32,
        ArrowTypeId.Double => TensorDtype.F64,
        ArrowTypeId.Int8 => TensorDtype.I8,
        ArrowTypeId.UInt8 => TensorDtype.U8,
        ArrowTypeId.Int16 => TensorDtype.I16,
        ArrowTypeId.UInt16 => TensorDtype.U16,
        ArrowTypeId.Int32 => TensorDtype.I32,
        ArrowTypeId.UInt32 => TensorDtype.U32,
        ArrowTypeId.Int64 => TensorDtype.I64,
        ArrowTypeId.UInt64 => TensorDtype.U64,
        _ => null,
    };
}
