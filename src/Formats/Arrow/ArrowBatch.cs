using AeServerless.Engine;

namespace AeServerless.Formats.Arrow;

/// <summary>A record batch: some rows of every column, whose buffers are read when asked for.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Nodes">Entries and nulls of every field, children behind their parents.</param>
/// <param name="Buffers">Of every field's buffers, in the same order, where they begin in the file and how many bytes they have.</param>
internal sealed record ArrowBatch(
    long Rows, IReadOnlyList<(long Length, long Nulls)> Nodes, IReadOnlyList<(long Offset, long Length)> Buffers)
{
    private const int PairBytes = 2 * sizeof(long);

    /// <summary>Reads a batch's metadata.</summary>
    /// <param name="header">The message's header.</param>
    /// <param name="body">Where the buffers begin in the file.</param>
    /// <param name="bodyLength">Bytes of all buffers, which have been checked to lie in the file.</param>
    /// <param name="subject">What messages call the file.</param>
    public static ArrowBatch Read(FlatTable header, long body, long bodyLength, string subject)
    {
        if (header.Table(3) is { } compression)
        {
            var codec = compression.Byte(0) == 0 ? "LZ4" : "Zstandard";
            throw new InvalidInputException(
                subject,
                $"has buffers compressed with {codec}, which are not read; write it without compression, as save_to_disk of Hugging "
                    + "Face's datasets does and pyarrow does by default, or with "
                    + "pyarrow.feather.write_feather(…, compression=\"uncompressed\")");
        }

        var rows = header.Int64(0);
        var nodes = Pairs(header, 1);
        var buffers = Pairs(header, 2);
        if (rows < 0 || nodes.Any(node => node.First < 0 || node.Second < 0)
            || buffers.Any(buffer => buffer.First < 0 || buffer.Second < 0 || buffer.First > bodyLength - buffer.Second))
        {
            throw header.Buffer.Broken();
        }

        return new ArrowBatch(rows, nodes, [.. buffers.Select(buffer => (body + buffer.First, buffer.Second))]);
    }

    private static (long First, long Second)[] Pairs(FlatTable header, int field)
    {
        var (start, count) = header.Vector(field, PairBytes);
        var pairs = new (long First, long Second)[count];
        for (var i = 0; i < count; i++)
        {
            var at = start + (i * PairBytes);
            pairs[i] = (header.Buffer.Int64(at), header.Buffer.Int64(at + sizeof(long)));
        }

        return pairs;
    }
}
