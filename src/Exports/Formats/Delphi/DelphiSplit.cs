using AeServerless.Engine.Tensors;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Formats.Delphi;

/// <summary>Writes one file of delphi's cache: the values of a range of latents in the order of row, position and latent.</summary>
internal sealed class DelphiSplit(LatentSpill spill, int range, int firstLatent, DelphiRows rows, bool float32)
{
    private const int BlockEntries = 1 << 16;
    private const int RecordBytes = 24;
    private const int Coordinates = 3;
    private const float LargestHalf = 65_504;

    private long _entries;
    private long _greatest;

    /// <summary>Values too large for F16, which are infinite in the file.</summary>
    public long Overflows { get; private set; }

    public async Task WriteAsync(Stream content, LocalTokenIds tokens, CancellationToken cancellationToken)
    {
        Measure();
        var narrow = _greatest <= ushort.MaxValue;
        var specs = new List<TensorSpec>
        {
            new("tokens", TensorDtype.I64, [rows.Rows, rows.Context]),
            new("activations", float32 ? TensorDtype.F32 : TensorDtype.F16, [_entries]),
        };
        // Wider tensors go first, as in the tool's own files.
        specs.Insert(narrow || float32 ? 2 : 1, new("locations", narrow ? TensorDtype.U16 : TensorDtype.U32, [_entries, Coordinates]));
        await using var writer = await SafetensorsWriter.CreateAsync(content, specs, null, cancellationToken);
        await WriteTokensAsync(writer, tokens, cancellationToken);
        foreach (var spec in specs.Skip(1))
        {
            await (spec.Name == "activations" ? WriteValuesAsync(writer, cancellationToken)
                : narrow ? WriteLocationsAsync(writer.WriteAsync, location => (ushort)location, cancellationToken)
                : WriteLocationsAsync<uint>(writer.WriteAsync, location => location, cancellationToken));
        }

        await writer.CompleteAsync(cancellationToken);
    }

    private void Measure()
    {
        foreach (var (row, _, latent, value) in Entries())
        {
            _entries++;
            _greatest = Math.Max(_greatest, Math.Max(row, latent));
            Overflows += !float32 && MathF.Abs(value) > LargestHalf && float.IsFinite(value) ? 1 : 0;
        }
    }

    private async Task WriteTokensAsync(SafetensorsWriter writer, LocalTokenIds tokens, CancellationToken cancellationToken)
    {
        var ids = new int[rows.Context];
        var wide = new long[rows.Context];
        for (var sequence = 0; sequence < rows.Sequences.Count; sequence++)
        {
            if (rows.RowOf(sequence) >= 0)
            {
                tokens.Read(rows.Sequences.Start(sequence), ids);
                for (var i = 0; i < ids.Length; i++)
                {
                    wide[i] = ids[i];
                }

                await writer.WriteAsync(wide, cancellationToken);
            }
        }
    }

    private async Task WriteValuesAsync(SafetensorsWriter writer, CancellationToken cancellationToken)
    {
        var block = new float[BlockEntries];
        var filled = 0;
        foreach (var (_, _, _, value) in Entries())
        {
            block[filled++] = value;
            if (filled == block.Length)
            {
                await writer.WriteAsync(block, cancellationToken);
                filled = 0;
            }
        }

        await writer.WriteAsync(block.AsMemory(0, filled), cancellationToken);
    }

    private async Task WriteLocationsAsync<T>(
        Func<ReadOnlyMemory<T>, CancellationToken, Task> write, Func<uint, T> convert, CancellationToken cancellationToken)
    {
        var block = new T[BlockEntries * Coordinates];
        var filled = 0;
        foreach (var (row, position, latent, _) in Entries())
        {
            (block[filled], block[filled + 1], block[filled + 2]) = (convert((uint)row), convert((uint)position), convert((uint)latent));
            filled += Coordinates;
            if (filled == block.Length)
            {
                await write(block, cancellationToken);
                filled = 0;
            }
        }

        await write(block.AsMemory(0, filled), cancellationToken);
    }

    private IEnumerable<(int Row, int Position, int Latent, float Value)> Entries()
    {
        var sequence = 0;
        foreach (var block in spill.InTokenOrder(range))
        {
            for (var at = 0; at < block.Length; at += RecordBytes)
            {
                var record = block.Span[at..];
                var token = SpillRecord.Row(record);
                sequence = rows.Sequences.Find(token, sequence);
                if (rows.RowOf(sequence) is >= 0 and var row)
                {
                    yield return (
                        row,
                        (int)(token - rows.Sequences.Start(sequence)),
                        SpillRecord.Latent(record) - firstLatent,
                        SpillRecord.Value(record, 0));
                }
            }
        }
    }
}
