using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Merging;

/// <summary>
/// Merges files with rows a token by putting the rows end to end, block by block: of the parts, only the headers are in memory, and one
/// block is read while the one before is written.
/// </summary>
internal static class PerTokenMerger
{
    private const int BlockElements = 1 << 20;
    private const int Parallelism = 16;

    public static async Task MergeAsync(
        IReadOnlyList<IResultSource> parts, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        var opened = new OpenResult?[parts.Count];
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(
                Enumerable.Range(0, parts.Count), options, async (part, token) =>
                    opened[part] = await OpenResult.OpenAsync(parts[part], name, token));
            await MergeAsync([.. opened.Select(part => part!.File)], name, sink, cancellationToken);
        }
        finally
        {
            Array.ForEach(opened, part => part?.Dispose());
        }
    }

    private static async Task MergeAsync(SafetensorsFile[] parts, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        using var merged = new TensorSet();
        foreach (var (key, value) in parts[0].Metadata)
        {
            merged.Metadata[key] = value;
        }

        foreach (var part in parts)
        {
            ResultMetadata.ValidateSame(parts[0], part);
        }

        // A shard can mask tokens where others do not: a part without marks has none.
        if (parts.Any(part => part.Tensors.ContainsKey(PerTokenTensors.Excluded)))
        {
            merged.Add(
                PerTokenTensors.Excluded,
                TensorDtype.U8,
                [parts.Sum(Tokens)],
                (writer, cancellation) => CopyMarksAsync(parts, writer, cancellation));
        }

        foreach (var entry in parts[0].Tensors.Values.OrderBy(entry => entry.Offset).Where(entry => entry.Name != PerTokenTensors.Excluded))
        {
            TensorEntry[] entries = [.. parts.Select(part => ValidateSameRows(entry, part))];
            var cumulative = entry.Name == PerTokenTensors.RowStarts;
            var rows = entries.Sum(part => part.Rows) - (cumulative ? parts.Length - 1 : 0);
            merged.Add(entry.Name, entry.Dtype, [rows, .. entry.Shape.Skip(1)], cumulative
                ? (writer, cancellation) => CopyRowStartsAsync(parts, entries, writer, cancellation)
                : (writer, cancellation) => CopyAsync(parts, entries, writer, cancellation));
        }

        await merged.WriteAsync(sink, name, cancellationToken);
    }

    private static long Tokens(SafetensorsFile part) => part.Tensors.TryGetValue(PerTokenTensors.RowStarts, out var starts)
        ? starts.Rows - 1
        : part.Tensors.Values.First(entry => entry.Name != PerTokenTensors.SequenceLengths).Rows;

    private static async Task CopyMarksAsync(SafetensorsFile[] parts, SafetensorsWriter writer, CancellationToken cancellationToken)
    {
        var block = new byte[BlockElements];
        foreach (var part in parts)
        {
            var entry = part.Tensors.GetValueOrDefault(PerTokenTensors.Excluded);
            var tokens = Tokens(part);
            for (var done = 0L; done < tokens; done += block.Length)
            {
                var marks = block.AsMemory(0, (int)Math.Min(block.Length, tokens - done));
                if (entry is null)
                {
                    marks.Span.Clear();
                }
                else
                {
                    await part.ReadRowsAsync(entry, done, marks, cancellationToken);
                }

                await writer.WriteAsync(marks, cancellationToken);
            }
        }
    }

    private static TensorEntry ValidateSameRows(TensorEntry expected, SafetensorsFile part)
    {
        var actual = part.GetTensor(expected.Name);
        return actual.Dtype == expected.Dtype && actual.Shape.Skip(1).SequenceEqual(expected.Shape.Skip(1))
            ? actual
            : throw new InvalidInputException(
                part.Source.Name,
                $"{actual.Name} is {actual.Dtype} {actual.ShapeText}, which does not go with {expected.Dtype} {expected.ShapeText} of "
                + "another part");
    }

    /// <summary>Row starts go on where those of the part before end, and each part's first is the last of the one before.</summary>
    private static Task CopyRowStartsAsync(
        SafetensorsFile[] parts, TensorEntry[] entries, SafetensorsWriter writer, CancellationToken cancellationToken)
    {
        var (part, before, last) = (0, 0L, 0L);
        return CopyAsync<long>(
            Blocks(entries, skipFirstRows: true),
            (block, values) => parts[block.Part].ReadRowsAsync(entries[block.Part], block.Row, values, cancellationToken),
            (block, values) =>
            {
                (part, before) = block.Part == part ? (part, before) : (block.Part, last);
                foreach (ref var start in values.Span)
                {
                    start += before;
                }

                last = values.Span[^1];
                return writer.WriteAsync(values, cancellationToken);
            });
    }

    private static Task CopyAsync(
        SafetensorsFile[] parts, TensorEntry[] entries, SafetensorsWriter writer, CancellationToken cancellation) =>
        entries[0].Dtype switch
        {
            TensorDtype.I32 => CopyAsync<int>(
                Blocks(entries),
                (block, values) => parts[block.Part].ReadRowsAsync(entries[block.Part], block.Row, values, cancellation),
                (_, values) => writer.WriteAsync(values, cancellation)),
            TensorDtype.I64 => CopyAsync<long>(
                Blocks(entries),
                (block, values) => parts[block.Part].ReadRowsAsync(entries[block.Part], block.Row, values, cancellation),
                (_, values) => writer.WriteAsync(values, cancellation)),
            _ => CopyAsync<float>(
                Blocks(entries),
                (block, values) => parts[block.Part].ReadRowsAsync(entries[block.Part], block.Row, values, cancellation),
                (_, values) => writer.WriteAsync(values, cancellation)),
        };

    /// <summary>The rows of all parts in order, as many at a time as fit a buffer.</summary>
    private static IEnumerable<Block> Blocks(TensorEntry[] entries, bool skipFirstRows = false)
    {
        for (var part = 0; part < entries.Length; part++)
        {
            var width = (int)entries[part].RowWidth;
            for (var row = skipFirstRows && part > 0 ? 1L : 0L; row < entries[part].Rows;)
            {
                var rows = (int)Math.Min(Math.Max(1, BlockElements / Math.Max(1, width)), entries[part].Rows - row);
                yield return new Block(part, row, rows * width);
                row += rows;
            }
        }
    }

    private static async Task CopyAsync<T>(
        IEnumerable<Block> blocks, Func<Block, Memory<T>, ValueTask> read, Func<Block, Memory<T>, Task> write)
    {
        T[] reading = [], writing = [];
        var pending = Task.CompletedTask;
        foreach (var block in blocks)
        {
            if (reading.Length < block.Elements)
            {
                reading = new T[block.Elements];
            }

            // The previous block is still being written; if that fails, this wait throws.
            var fetched = read(block, reading.AsMemory(0, block.Elements)).AsTask();
            await Task.WhenAll(fetched, pending);
            (reading, writing) = (writing, reading);
            pending = write(block, writing.AsMemory(0, block.Elements));
        }

        await pending;
    }

    /// <summary>Consecutive rows of one part.</summary>
    private readonly record struct Block(int Part, long Row, int Elements);
}
