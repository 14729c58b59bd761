using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Tensors;

/// <summary>
/// Writes a safetensors file whose tensors fill up side by side, rows in any order: a shard's data arrives batch by batch, for all
/// tensors at once. The stream must seek; it stays open.
/// </summary>
public sealed class SafetensorsRowWriter
{
    private readonly Stream _stream;
    private readonly Dictionary<string, (TensorSpec Spec, long Offset, long Left)> _tensors = new(StringComparer.Ordinal);

    private SafetensorsRowWriter(Stream stream, IReadOnlyList<TensorSpec> tensors, long dataStart)
    {
        _stream = stream;
        foreach (var tensor in tensors)
        {
            _tensors.Add(tensor.Name, (tensor, dataStart, tensor.Count));
            dataStart += tensor.Length;
        }
    }

    /// <summary>Writes the header.</summary>
    /// <param name="stream">An empty stream that seeks.</param>
    /// <param name="tensors">All tensors; wider dtypes first, as for <see cref="SafetensorsWriter"/>.</param>
    /// <param name="metadata">The header's <c>__metadata__</c>; none where null or empty.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public static async Task<SafetensorsRowWriter> CreateAsync(
        Stream stream, IReadOnlyList<TensorSpec> tensors, IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var header = HeaderJson.Format(tensors, metadata);
        var prefix = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        await stream.WriteAsync(prefix, cancellationToken);
        await stream.WriteAsync(header, cancellationToken);
        return new SafetensorsRowWriter(stream, tensors, prefix.Length + header.Length);
    }

    /// <summary>Writes whole rows of an F32, F16 or BF16 tensor; the narrower ones round half to even. Each row is written once.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="values">Rows × row width.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task WriteRowsAsync(string name, long firstRow, ReadOnlyMemory<float> values, CancellationToken cancellationToken)
    {
        var spec = Seek(name, firstRow, values.Length, static dtype => dtype.IsActivation());
        var buffer = LargeArrays<byte>.Pool.Rent(values.Length * spec.Dtype.Size());
        try
        {
            var bytes = buffer.AsMemory(0, values.Length * spec.Dtype.Size());
            FloatConversion.FromSingle(values.Span, spec.Dtype, bytes.Span);
            await _stream.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(buffer);
        }
    }

    /// <summary>Writes whole rows of an I64 tensor.</summary>
    /// <inheritdoc cref="WriteRowsAsync(string, long, ReadOnlyMemory{float}, CancellationToken)" path="/param"/>
    public async Task WriteRowsAsync(string name, long firstRow, ReadOnlyMemory<long> values, CancellationToken cancellationToken)
    {
        Seek(name, firstRow, values.Length, static dtype => dtype == TensorDtype.I64);
        await _stream.WriteAsync(new CastMemory<long>(MemoryMarshal.AsMemory(values)).Memory, cancellationToken);
    }

    /// <summary>Writes whole rows of an I32 tensor.</summary>
    /// <inheritdoc cref="WriteRowsAsync(string, long, ReadOnlyMemory{float}, CancellationToken)" path="/param"/>
    public async Task WriteRowsAsync(string name, long firstRow, ReadOnlyMemory<int> values, CancellationToken cancellationToken)
    {
        Seek(name, firstRow, values.Length, static dtype => dtype == TensorDtype.I32);
        await _stream.WriteAsync(new CastMemory<int>(MemoryMarshal.AsMemory(values)).Memory, cancellationToken);
    }

    /// <summary>Writes whole rows of a U16 tensor.</summary>
    /// <inheritdoc cref="WriteRowsAsync(string, long, ReadOnlyMemory{float}, CancellationToken)" path="/param"/>
    public async Task WriteRowsAsync(string name, long firstRow, ReadOnlyMemory<ushort> values, CancellationToken cancellationToken)
    {
        Seek(name, firstRow, values.Length, static dtype => dtype == TensorDtype.U16);
        await _stream.WriteAsync(new CastMemory<ushort>(MemoryMarshal.AsMemory(values)).Memory, cancellationToken);
    }

    /// <summary>Writes whole rows as they are to be stored, little-endian: no bit changes, those of NaNs included.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="stored">Rows × row width, in the tensor's dtype.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task WriteStoredRowsAsync(
        string name, long firstRow, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        var size = _tensors[name].Spec.Dtype.Size();
        if (stored.Length % size != 0)
        {
            throw new InvalidOperationException($"{stored.Length} bytes are not whole values of '{name}'.");
        }

        Seek(name, firstRow, stored.Length / size, static _ => true);
        await _stream.WriteAsync(stored, cancellationToken);
    }

    /// <summary>Flushes the stream once every tensor is whole.</summary>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, (_, _, left)) in _tensors)
        {
            if (left != 0)
            {
                throw new InvalidOperationException($"'{name}' lacks {left} values.");
            }
        }

        await _stream.FlushAsync(cancellationToken);
    }

    private TensorSpec Seek(string name, long firstRow, int count, Func<TensorDtype, bool> accepts)
    {
        var (spec, offset, left) = _tensors[name];
        var width = spec.Shape.Skip(1).Aggregate(1L, (product, dimension) => product * dimension);
        if (!accepts(spec.Dtype))
        {
            throw new InvalidOperationException($"'{name}' is {spec.Dtype.Name()}; the values are of another type.");
        }

        if (count % width != 0 || firstRow + count / width > spec.Shape[0])
        {
            throw new InvalidOperationException($"{count} values are not rows {firstRow}… of '{name}'.");
        }

        _tensors[name] = (spec, offset, left - count);
        _stream.Position = offset + firstRow * width * spec.Dtype.Size();
        return spec;
    }
}
