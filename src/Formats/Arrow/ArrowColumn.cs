using System.Buffers.Binary;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Arrow;

/// <summary>Finds the numbers of a column in a batch.</summary>
/// <param name="source">The file.</param>
/// <param name="column">The column.</param>
/// <param name="firstNode">Its place among the nodes of a batch.</param>
/// <param name="firstBuffer">Its place among the buffers of a batch.</param>
internal sealed class ArrowColumn(IByteSource source, ArrowField column, int firstNode, int firstBuffer)
{
    private const int OffsetsAtOnce = 1 << 16;

    private string Subject => $"{source.Name}, column '{column.Name}'";

    /// <summary>The column's part of a batch, <c>[rows, …]</c>.</summary>
    public async Task<StoredTensor> FindAsync(ArrowBatch batch, CancellationToken cancellationToken)
    {
        var shape = new List<long> { batch.Rows };
        var (node, buffer, start, count) = (firstNode, firstBuffer, 0L, batch.Rows);
        for (var at = column; ; at = at.Children[0], node++)
        {
            if (node >= batch.Nodes.Count || batch.Nodes[node].Length < start + count)
            {
                throw Broken();
            }

            if (batch.Nodes[node].Nulls > 0)
            {
                throw new InvalidInputException(Subject, $"has {batch.Nodes[node].Nulls} nulls; every token needs its values");
            }

            if (at.IsDictionary || (at.Children.Count == 0 && at.Dtype is null))
            {
                throw NoNumbers();
            }

            if (at.Dtype is { } dtype)
            {
                var (offset, length) = Buffer(batch, buffer + 1);
                return start <= (length / dtype.Size()) - count
                    ? new StoredTensor(
                        source.Name, column.Name, dtype, shape, StoredTensor.RowMajor(shape), source, offset + (start * dtype.Size()))
                    : throw Broken();
            }

            var (first, entries, next) = at.Kind switch
            {
                ArrowKind.List => await RegularAsync(Buffer(batch, buffer + 1), sizeof(int), start, count, shape, cancellationToken),
                ArrowKind.LargeList => await RegularAsync(Buffer(batch, buffer + 1), sizeof(long), start, count, shape, cancellationToken),
                ArrowKind.FixedSizeList => ((Int128)start * at.ListSize, at.ListSize, 1),
                _ => throw NoNumbers(),
            };
            if (at.Children.Count != 1 || entries < 1 || first < 0 || first + ((Int128)count * entries) > source.Length)
            {
                throw entries == 0 ? new InvalidInputException(Subject, "has empty lists; every token needs its values") : Broken();
            }

            shape.Add(entries);
            (start, count, buffer) = ((long)first, count * entries, buffer + next);
        }
    }

    /// <summary>Where the entries of the first list begin, and how many each has.</summary>
    private async Task<(Int128 First, long Entries, int Buffers)> RegularAsync(
        (long Offset, long Length) offsets, int size, long first, long count, List<long> shape, CancellationToken cancellationToken)
    {
        if (first + count >= offsets.Length / size)
        {
            throw Broken();
        }

        var bytes = new byte[size * (int)Math.Min(OffsetsAtOnce, count + 1)];
        var (begin, before, entries) = (0L, 0L, -1L);
        for (var done = 0L; done <= count; done += bytes.Length / size)
        {
            var some = (int)Math.Min(bytes.Length / size, count + 1 - done);
            await source.ReadAsync(offsets.Offset + ((first + done) * size), bytes.AsMemory(0, some * size), cancellationToken);
            for (var i = 0; i < some; i++)
            {
                var value = size == sizeof(int)
                    ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * size))
                    : BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * size));
                if (done + i == 0)
                {
                    begin = value;
                }
                else if (entries < 0)
                {
                    entries = value - before;
                }
                else if (value - before != entries)
                {
                    throw Ragged(done + i - 1, value - before, entries, shape);
                }

                before = value;
            }
        }

        return (begin, entries, 2);
    }

    private InvalidInputException Ragged(long list, long entries, long others, List<long> shape)
    {
        var row = shape.Skip(1).Aggregate(list, (place, lists) => place / lists);
        return new InvalidInputException(
            Subject,
            $"is ragged: a list in row {row} of a batch has {entries} entries, those before have {others}; lists of one length are needed, "
                + "as of sequences of one length");
    }

    private (long Offset, long Length) Buffer(ArrowBatch batch, int buffer) =>
        buffer < batch.Buffers.Count ? batch.Buffers[buffer] : throw Broken();

    private InvalidInputException NoNumbers() => new(Subject, $"is {column.Text}; numbers or lists of numbers are needed");

    private InvalidInputException Broken() => new(Subject, "is damaged: its buffers and its metadata contradict each other");
}
