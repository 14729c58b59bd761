using System.Buffers.Binary;
using System.Collections.ObjectModel;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Tensors;

/// <summary>A safetensors file whose header has been validated. Data is read by ranges when asked for. Safe for concurrent reads.</summary>
public sealed class SafetensorsFile
{
    private const int LengthPrefix = 8;
    private const int HeadBytes = 1 << 14;
    private const int BlockBytes = 1 << 20;
    private const int ConvertedElements = 1 << 12;

    private SafetensorsFile(IByteSource source, Dictionary<string, TensorEntry> tensors, Dictionary<string, string> metadata)
    {
        Source = source;
        Tensors = new ReadOnlyDictionary<string, TensorEntry>(tensors);
        Metadata = new ReadOnlyDictionary<string, string>(metadata);
    }

    /// <summary>The most elements of a tensor that is read whole.</summary>
    public static int MaxElements => Array.MaxLength / sizeof(long);

    /// <summary>Where the bytes come from.</summary>
    public IByteSource Source { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads and validates the header.</summary>
    /// <exception cref="InvalidInputException">The header, or the file's length, breaks the format.</exception>
    public static async Task<SafetensorsFile> OpenAsync(IByteSource source, CancellationToken cancellationToken)
    {
        if (source.Length < LengthPrefix)
        {
            throw new InvalidInputException(source.Name, $"is not a safetensors file: it has {source.Length} bytes");
        }

        // One read for the length and, of most files, all of the header.
        var head = new byte[Math.Min(source.Length, HeadBytes)];
        await source.ReadAsync(0, head, cancellationToken);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length > SafetensorsHeader.MaxLength)
        {
            throw new InvalidInputException(
                source.Name, $"declares a header of {length} bytes; at most {SafetensorsHeader.MaxLength} are allowed");
        }

        if ((long)length > source.Length - LengthPrefix)
        {
            throw new InvalidInputException(source.Name, $"declares a header of {length} bytes, but has only {source.Length} bytes in all");
        }

        var buffer = LargeArrays<byte>.Pool.Rent((int)length);
        try
        {
            var json = buffer.AsMemory(0, (int)length);
            var read = Math.Min(json.Length, head.Length - LengthPrefix);
            head.AsSpan(LengthPrefix, read).CopyTo(json.Span);
            if (read < json.Length)
            {
                await source.ReadAsync(head.Length, json[read..], cancellationToken);
            }

            var dataStart = LengthPrefix + (long)length;
            var (tensors, metadata) = SafetensorsHeader.Parse(source.Name, json.Span, dataStart, source.Length - dataStart);
            return new SafetensorsFile(source, tensors, metadata);
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(buffer);
        }
    }

    /// <summary>The entry of a tensor.</summary>
    /// <exception cref="InvalidInputException">The file has no such tensor.</exception>
    public TensorEntry GetTensor(string name) => Tensors.TryGetValue(name, out var entry) ? entry : throw Error(name, "is missing");

    /// <summary>
    /// Reads whole rows (spans along the first dimension) as floats: F32, F16 and BF16 exactly, F64 rounded. Only the bytes of these rows
    /// are read.
    /// </summary>
    /// <param name="entry">An entry of this file.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="destination">Rows × row width; its length says how many rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public ValueTask ReadRowsAsync(TensorEntry entry, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        var offset = RowOffset(entry, firstRow, destination.Length);
        return entry.Dtype switch
        {
            TensorDtype.F32 => Source.ReadAsync(offset, new CastMemory<float>(destination).Memory, cancellationToken),
            TensorDtype.F16 or TensorDtype.BF16 or TensorDtype.F64 =>
                ReadConvertedAsync(entry.Dtype, offset, destination, cancellationToken),
            _ => throw Error(entry.Name, $"is {entry.Dtype.Name()}; F32, F16 or BF16 is needed"),
        };
    }

    /// <summary>Reads whole rows of an I64 tensor.</summary>
    /// <inheritdoc cref="ReadRowsAsync(TensorEntry, long, Memory{float}, CancellationToken)" path="/param"/>
    public ValueTask ReadRowsAsync(TensorEntry entry, long firstRow, Memory<long> destination, CancellationToken cancellationToken) =>
        ReadExactAsync(entry, TensorDtype.I64, firstRow, destination, cancellationToken);

    /// <summary>Reads whole rows of an I32 tensor.</summary>
    /// <inheritdoc cref="ReadRowsAsync(TensorEntry, long, Memory{float}, CancellationToken)" path="/param"/>
    public ValueTask ReadRowsAsync(TensorEntry entry, long firstRow, Memory<int> destination, CancellationToken cancellationToken) =>
        ReadExactAsync(entry, TensorDtype.I32, firstRow, destination, cancellationToken);

    /// <summary>Reads whole rows of a U16 tensor.</summary>
    /// <inheritdoc cref="ReadRowsAsync(TensorEntry, long, Memory{float}, CancellationToken)" path="/param"/>
    public ValueTask ReadRowsAsync(TensorEntry entry, long firstRow, Memory<ushort> destination, CancellationToken cancellationToken) =>
        ReadExactAsync(entry, TensorDtype.U16, firstRow, destination, cancellationToken);
    /// <summary>Reads whole rows of a U8 or BOOL tensor.</summary>
    /// <inheritdoc cref="ReadRowsAsync(TensorEntry, long, Memory{float}, CancellationToken)" path="/param"/>
    public ValueTask ReadRowsAsync(TensorEntry entry, long firstRow, Memory<byte> destination, CancellationToken cancellationToken) =>
        ReadExactAsync(
            entry, entry.Dtype == TensorDtype.Bool ? TensorDtype.Bool : TensorDtype.U8, firstRow, destination, cancellationToken);

    /// <summary>Reads a whole F32, F16, BF16 or F64 tensor as floats.</summary>
    /// <exception cref="InvalidInputException">The tensor is missing, of another dtype, or larger than an array can be.</exception>
    public async Task<float[]> ReadFloatsAsync(string name, CancellationToken cancellationToken)
    {
        var entry = GetTensor(name);
        var values = new float[ArrayLength(entry)];
        await ReadRowsAsync(entry, 0, values.AsMemory(), cancellationToken);
        return values;
    }

    /// <summary>Reads a whole F64, F32, F16 or BF16 tensor as doubles, exactly.</summary>
    /// <exception cref="InvalidInputException">The tensor is missing, of another dtype, or larger than an array can be.</exception>
    public async Task<double[]> ReadDoublesAsync(string name, CancellationToken cancellationToken)
    {
        var entry = GetTensor(name);
        if (entry.Dtype != TensorDtype.F64)
        {
            return Array.ConvertAll(await ReadFloatsAsync(name, cancellationToken), value => (double)value);
        }

        var values = new double[ArrayLength(entry)];
        await Source.ReadAsync(entry.Offset, new CastMemory<double>(values).Memory, cancellationToken);
        return values;
    }

    /// <summary>Reads a whole I64 tensor.</summary>
    /// <exception cref="InvalidInputException">The tensor is missing, of another dtype, or larger than an array can be.</exception>
    public async Task<long[]> ReadInt64Async(string name, CancellationToken cancellationToken)
    {
        var entry = GetTensor(name);
        var values = new long[ArrayLength(entry)];
        await ReadRowsAsync(entry, 0, values.AsMemory(), cancellationToken);
        return values;
    }

    /// <summary>Reads a whole I32 tensor.</summary>
    /// <exception cref="InvalidInputException">The tensor is missing, of another dtype, or larger than an array can be.</exception>
    public async Task<int[]> ReadInt32Async(string name, CancellationToken cancellationToken)
    {
        var entry = GetTensor(name);
        var values = new int[ArrayLength(entry)];
        await ReadRowsAsync(entry, 0, values.AsMemory(), cancellationToken);
        return values;
    }

    private async ValueTask ReadConvertedAsync(
        TensorDtype dtype, long offset, Memory<float> destination, CancellationToken cancellationToken)
    {
        var size = dtype.Size();
        if (size < sizeof(float))
        {
            // Read into the destination's end and widened from its front: what is written does not reach what is still to be converted.
            var narrow = new CastMemory<float>(destination).Memory[(destination.Length * (sizeof(float) - size))..];
            await Source.ReadAsync(offset, narrow, cancellationToken);
            ConvertInPlace(narrow.Span, dtype, destination.Span);
            return;
        }

        var block = LargeArrays<byte>.Pool.Rent((int)Math.Min(BlockBytes, (long)destination.Length * size));
        try
        {
            var blockElements = block.Length / size;
            for (var done = 0; done < destination.Length;)
            {
                var count = Math.Min(blockElements, destination.Length - done);
                var bytes = block.AsMemory(0, count * size);
                await Source.ReadAsync(offset + (long)done * size, bytes, cancellationToken);
                FloatConversion.ToSingle(bytes.Span, dtype, destination.Span.Slice(done, count));
                done += count;
            }
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }
    }

    private static void ConvertInPlace(ReadOnlySpan<byte> narrow, TensorDtype dtype, Span<float> destination)
    {
        var size = dtype.Size();
        Span<byte> block = stackalloc byte[ConvertedElements * size];
        for (var done = 0; done < destination.Length; done += ConvertedElements)
        {
            var count = Math.Min(ConvertedElements, destination.Length - done);
            narrow.Slice(done * size, count * size).CopyTo(block);
            FloatConversion.ToSingle(block[..(count * size)], dtype, destination.Slice(done, count));
        }
    }

    private ValueTask ReadExactAsync<T>(
        TensorEntry entry, TensorDtype dtype, long firstRow, Memory<T> destination, CancellationToken cancellationToken)
        where T : unmanaged
    {
        if (entry.Dtype != dtype)
        {
            throw Error(entry.Name, $"is {entry.Dtype.Name()}; {dtype.Name()} is needed");
        }

        return Source.ReadAsync(RowOffset(entry, firstRow, destination.Length), new CastMemory<T>(destination).Memory, cancellationToken);
    }

    private static long RowOffset(TensorEntry entry, long firstRow, int elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, entry.Rows);
        var width = entry.RowWidth;
        if (width == 0 ? elements != 0 : elements % width != 0 || elements / width > entry.Rows - firstRow)
        {
            throw new ArgumentException(
                $"{elements} elements are not rows {firstRow}… of '{entry.Name}' {entry.ShapeText}.", nameof(elements));
        }

        return entry.Offset + firstRow * width * entry.Dtype.Size();
    }

    private int ArrayLength(TensorEntry entry) => entry.Count <= MaxElements
        ? (int)entry.Count
        : throw Error(entry.Name, $"has {entry.Count} elements, too many to be read at once");

    private InvalidInputException Error(string tensor, string problem) => TensorLayout.Error(Source.Name, tensor, problem);
}
