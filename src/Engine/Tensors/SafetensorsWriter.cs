using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Tensors;

/// <summary>
/// Writes a safetensors file to a stream, front to back: the header with all shapes first, then the tensors in the order in which they were
/// declared, each in as many pieces as suits. The same input gives the same bytes. The stream stays open.
/// </summary>
public sealed class SafetensorsWriter : IAsyncDisposable
{
    private const int BlockElements = 1 << 18;

    private readonly Stream _stream;
    private readonly IReadOnlyList<TensorSpec> _tensors;
    private byte[] _block = [];
    private int _current;
    private long _left;

    private SafetensorsWriter(Stream stream, IReadOnlyList<TensorSpec> tensors)
    {
        _stream = stream;
        _tensors = tensors;
        _left = tensors.Count == 0 ? 0 : tensors[0].Count;
        SkipFull();
    }

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where the file goes.</param>
    /// <param name="tensors">
    /// All tensors, in the order in which they will be written. Wider dtypes must come first, so that every tensor is aligned to its
    /// element size:
    /// readers that map the file need that.
    /// </param>
    /// <param name="metadata">The header's <c>__metadata__</c>; none where null or empty.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public static async Task<SafetensorsWriter> CreateAsync(
        Stream stream, IReadOnlyList<TensorSpec> tensors, IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        for (var i = 1; i < tensors.Count; i++)
        {
            if (tensors[i].Dtype.Size() > tensors[i - 1].Dtype.Size())
            {
                throw new ArgumentException(
                    $"'{tensors[i].Name}' has a wider dtype than '{tensors[i - 1].Name}' before it.", nameof(tensors));
            }
        }

        var header = HeaderJson.Format(tensors, metadata);
        var prefix = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        await stream.WriteAsync(prefix, cancellationToken);
        await stream.WriteAsync(header, cancellationToken);
        return new SafetensorsWriter(stream, tensors);
    }

    /// <summary>Writes the next values of the current tensor, which is F32, F16 or BF16; the narrower ones round half to even.</summary>
    public async Task WriteAsync(ReadOnlyMemory<float> values, CancellationToken cancellationToken)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var dtype = Advance(values.Length, static dtype => dtype.IsActivation());
        for (var done = 0; done < values.Length;)
        {
            var count = Math.Min(BlockElements, values.Length - done);
            var bytes = Block(count * dtype.Size());
            FloatConversion.FromSingle(values.Span.Slice(done, count), dtype, bytes.Span);
            await _stream.WriteAsync(bytes, cancellationToken);
            done += count;
        }
    }

    /// <summary>Writes the next values of the current tensor, which is F64.</summary>
    public Task WriteAsync(ReadOnlyMemory<double> values, CancellationToken cancellationToken) =>
        WriteExactAsync(values, TensorDtype.F64, cancellationToken);

    /// <summary>Writes the next values of the current tensor, which is I64.</summary>
    public Task WriteAsync(ReadOnlyMemory<long> values, CancellationToken cancellationToken) =>
        WriteExactAsync(values, TensorDtype.I64, cancellationToken);

    /// <summary>Writes the next values of the current tensor, which is I32.</summary>
    public Task WriteAsync(ReadOnlyMemory<int> values, CancellationToken cancellationToken) =>
        WriteExactAsync(values, TensorDtype.I32, cancellationToken);

    /// <summary>Writes the next values of the current tensor, which is U32.</summary>
    public Task WriteAsync(ReadOnlyMemory<uint> values, CancellationToken cancellationToken) =>
        WriteExactAsync(values, TensorDtype.U32, cancellationToken);

    /// <summary>Writes the next values of the current tensor, which is U16.</summary>
    public Task WriteAsync(ReadOnlyMemory<ushort> values, CancellationToken cancellationToken) =>
        WriteExactAsync(values, TensorDtype.U16, cancellationToken);

    /// <summary>Writes the next values of the current tensor, which is U8 or BOOL.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> values, CancellationToken cancellationToken)
    {
        if (values.IsEmpty)
        {
            return;
        }

        Advance(values.Length, static dtype => dtype is TensorDtype.U8 or TensorDtype.Bool);
        await _stream.WriteAsync(values, cancellationToken);
    }

    /// <summary>Writes the next values of the current tensor, which these are the bytes of, the least significant of each first.</summary>
    internal async Task WriteBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!bytes.IsEmpty)
        {
            Advance(bytes.Length / _tensors[_current].Dtype.Size(), static _ => true);
            await _stream.WriteAsync(bytes, cancellationToken);
        }
    }

    /// <summary>Flushes the stream once every tensor is whole.</summary>
    /// <exception cref="InvalidOperationException">Values are missing.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_current < _tensors.Count)
        {
            throw new InvalidOperationException($"'{_tensors[_current].Name}' lacks {_left} values.");
        }

        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Releases the buffer; leaves the stream open.</summary>
    public ValueTask DisposeAsync()
    {
        if (_block.Length > 0)
        {
            LargeArrays<byte>.Pool.Return(_block);
        }

        _block = [];
        return ValueTask.CompletedTask;
    }

    private async Task WriteExactAsync<T>(ReadOnlyMemory<T> values, TensorDtype dtype, CancellationToken cancellationToken)
        where T : unmanaged
    {
        if (values.IsEmpty)
        {
            return;
        }

        Advance(values.Length, actual => actual == dtype);
        await _stream.WriteAsync(new CastMemory<T>(MemoryMarshal.AsMemory(values)).Memory, cancellationToken);
    }

    private TensorDtype Advance(int count, Func<TensorDtype, bool> accepts)
    {
        if (_current == _tensors.Count)
        {
            throw new InvalidOperationException("Every tensor is whole already.");
        }

        var tensor = _tensors[_current];
        if (!accepts(tensor.Dtype))
        {
            throw new InvalidOperationException($"'{tensor.Name}' is {tensor.Dtype.Name()}; the values are of another type.");
        }

        if (count > _left)
        {
            throw new InvalidOperationException($"'{tensor.Name}' lacks {_left} values; {count} are too many.");
        }

        _left -= count;
        SkipFull();
        return tensor.Dtype;
    }

    private void SkipFull()
    {
        while (_left == 0 && _current < _tensors.Count)
        {
            _current++;
            _left = _current < _tensors.Count ? _tensors[_current].Count : 0;
        }
    }

    private Memory<byte> Block(int bytes)
    {
        if (_block.Length < bytes)
        {
            var larger = LargeArrays<byte>.Pool.Rent(bytes);
            if (_block.Length > 0)
            {
                LargeArrays<byte>.Pool.Return(_block);
            }

            _block = larger;
        }

        return _block.AsMemory(0, bytes);
    }
}
