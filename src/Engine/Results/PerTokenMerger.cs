using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>Merges files with rows a token by putting the rows end to end, block by block: of the parts, only the headers are in memory.</summary>
internal static class PerTokenMerger
{
    private const int BlockElements = 1 << 18;

    public static async Task MergeAsync(IReadOnlyList<IResultSource> parts, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        var opened = new List<OpenResult>(parts.Count);
        try
        {
            foreach (var part in parts)
            {
                opened.Add(await OpenResult.OpenAsync(part, name, cancellationToken));
            }

            await MergeAsync([.. opened.Select(part => part.File)], name, sink, cancellationToken);
        }
        finally
        {
            opened.ForEach(part => part.Dispose());
        }
    }

    private static async Task MergeAsync(SafetensorsFile[] parts, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        var merged = new TensorSet();
        foreach (var (key, value) in parts[0].Metadata)
        {
            merged.Metadata[key] = value;
        }

        foreach (var part in parts)
        {
            ResultMetadata.RequireSame(parts[0], part);
        }

        foreach (var entry in parts[0].Tensors.Values.OrderBy(entry => entry.Offset))
        {
            TensorEntry[] entries = [.. parts.Select(part => RequireSameRows(entry, part))];
            var cumulative = entry.Name == PerTokenTensors.RowStarts;
            var rows = entries.Sum(part => part.Rows) - (cumulative ? parts.Length - 1 : 0);
            merged.Add(entry.Name, entry.Dtype, [rows, .. entry.Shape.Skip(1)], cumulative
                ? (writer, cancellation) => CopyRowStartsAsync(parts, entries, writer, cancellation)
                : (writer, cancellation) => CopyAsync(parts, entries, writer, cancellation));
        }

        await merged.WriteAsync(sink, name, cancellationToken);
    }

    private static TensorEntry RequireSameRows(TensorEntry expected, SafetensorsFile part)
    {
        var actual = part.Require(expected.Name);
        return actual.Dtype == expected.Dtype && actual.Shape.Skip(1).SequenceEqual(expected.Shape.Skip(1))
            ? actual
            : throw new InvalidInputException(
                part.Source.Name,
                $"{actual.Name} is {actual.Dtype} {actual.ShapeText}, which does not go with {expected.Dtype} {expected.ShapeText} of another part");
    }

    /// <summary>Row starts go on where those of the part before end, and each part's first is the last of the one before.</summary>
    private static async Task CopyRowStartsAsync(
        SafetensorsFile[] parts, TensorEntry[] entries, SafetensorsWriter writer, CancellationToken cancellationToken)
    {
        var block = new long[BlockElements];
        var before = 0L;
        for (var i = 0; i < parts.Length; i++)
        {
            var last = before;
            for (var row = i == 0 ? 0L : 1L; row < entries[i].Rows;)
            {
                var rows = block.AsMemory(0, (int)Math.Min(block.Length, entries[i].Rows - row));
                await parts[i].ReadRowsAsync(entries[i], row, rows, cancellationToken);
                Shift(rows.Span, before);
                last = rows.Span[^1];
                await writer.WriteAsync(rows, cancellationToken);
                row += rows.Length;
            }

            before = last;
        }
    }

    private static void Shift(Span<long> rowStarts, long by)
    {
        foreach (ref var start in rowStarts)
        {
            start += by;
        }
    }

    private static Task CopyAsync(SafetensorsFile[] parts, TensorEntry[] entries, SafetensorsWriter writer, CancellationToken cancellation) =>
        entries[0].Dtype switch
        {
            TensorDtype.I32 => CopyAsync<int>(parts, entries, (i, row, block) => parts[i].ReadRowsAsync(entries[i], row, block, cancellation), writer.WriteAsync, cancellation),
            TensorDtype.I64 => CopyAsync<long>(parts, entries, (i, row, block) => parts[i].ReadRowsAsync(entries[i], row, block, cancellation), writer.WriteAsync, cancellation),
            _ => CopyAsync<float>(parts, entries, (i, row, block) => parts[i].ReadRowsAsync(entries[i], row, block, cancellation), writer.WriteAsync, cancellation),
        };

    private static async Task CopyAsync<T>(
        SafetensorsFile[] parts,
        TensorEntry[] entries,
        Func<int, long, Memory<T>, ValueTask> read,
        Func<ReadOnlyMemory<T>, CancellationToken, Task> write,
        CancellationToken cancellationToken)
    {
        var width = (int)entries[0].RowWidth;
        var block = new T[Math.Max(BlockElements, width)];
        for (var i = 0; i < parts.Length; i++)
        {
            for (var row = 0L; row < entries[i].Rows;)
            {
                var rows = (int)Math.Min(block.Length / Math.Max(width, 1), entries[i].Rows - row);
                var values = block.AsMemory(0, rows * width);
                await read(i, row, values);
                await write(values, cancellationToken);
                row += rows;
            }
        }
    }
}
