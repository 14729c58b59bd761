using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Numpy;
using AeServerless.Formats.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>An array of a <c>.npy</c> file as rows of tokens.</summary>
/// <param name="Array">The array, row by row.</param>
/// <param name="Rows">Number of tokens.</param>
/// <param name="Width">Elements of a token.</param>
internal sealed record NpyActivations(StoredTensor Array, long Rows, int Width) : IDisposable
{
    /// <summary>Opens activations, <c>[tokens, width]</c> or <c>[sequences, context, width]</c>.</summary>
    /// <exception cref="InvalidInputException">The array is of another form or type.</exception>
    public static async Task<NpyActivations> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var array = await OpenArrayAsync(path, cancellationToken);
        if (array.Shape.Count is not (2 or 3) || array.Shape.Contains(0) || array.Shape[^1] > int.MaxValue)
        {
            throw new InvalidInputException(
                path, $"has the shape {array.ShapeText}; [tokens, width] or [sequences, context, width] is needed");
        }

        return array.Dtype is TensorDtype.F32 or TensorDtype.F16
            ? new NpyActivations(array, array.Count / array.Shape[^1], (int)array.Shape[^1])
            : throw new InvalidInputException(path, $"is {array.Dtype}; float32 or float16 is needed");
    }

    /// <summary>Opens token ids, <c>[sequences, context]</c>, or <c>[tokens]</c> with the context given.</summary>
    /// <exception cref="InvalidInputException">The array is of another form or type.</exception>
    public static async Task<NpyActivations> OpenTokensAsync(string path, int? context, CancellationToken cancellationToken)
    {
        var array = await OpenArrayAsync(path, cancellationToken);
        if (array.Dtype is not (TensorDtype.I64 or TensorDtype.I32))
        {
            throw new InvalidInputException(path, $"is {array.Dtype}; int64 or int32 is needed");
        }

        var length = array.Shape.Count switch
        {
            2 when context is null => array.Shape[1],
            1 when context is { } given => given,
            _ => throw new InvalidInputException(
                path, $"has the shape {array.ShapeText}; [sequences, context] is needed, or [tokens] with --context"),
        };
        return length is > 0 and <= int.MaxValue && array.Count > 0 && array.Count % length == 0
            ? new NpyActivations(array, array.Count / length, (int)length)
            : throw new InvalidInputException(path, $"has {array.Count} token ids, which are no whole sequences of {length}");
    }

    /// <summary>Reads rows of numbers.</summary>
    public async Task<float[]> ReadFloatsAsync(long first, int rows, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(first, rows, cancellationToken);
        return Array.Dtype == TensorDtype.F32
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : System.Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half);
    }

    /// <summary>Reads rows of token ids.</summary>
    /// <exception cref="InvalidInputException">One of them is no id.</exception>
    public async Task<long[]> ReadTokensAsync(long first, int rows, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(first, rows, cancellationToken);
        var size = (int)Array.Dtype.Size();
        var ids = new long[bytes.Length / size];
        for (var i = 0; i < ids.Length; i++)
        {
            var id = bytes.AsSpan(i * size, size);
            ids[i] = size == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(id) : BinaryPrimitives.ReadInt32LittleEndian(id);
            if (ids[i] is < 0 or > int.MaxValue)
            {
                throw new InvalidInputException(Array.File, $"has the id {ids[i]} at {(first * Width) + i}; ids are 0 to {int.MaxValue}");
            }
        }

        return ids;
    }

    public void Dispose() => (Array.Source as IDisposable)?.Dispose();

    private static async Task<StoredTensor> OpenArrayAsync(string path, CancellationToken cancellationToken)
    {
        var source = new FileByteSource(path);
        try
        {
            var array = await NpyFile.OpenAsync(source, cancellationToken);
            return array.Strides.SequenceEqual(StoredTensor.RowMajor(array.Shape)) ? array : throw new InvalidInputException(
                path, "is in Fortran's order; save numpy.ascontiguousarray of it");
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private async Task<byte[]> ReadAsync(long first, int rows, CancellationToken cancellationToken)
    {
        var rowBytes = Width * (int)Array.Dtype.Size();
        var bytes = new byte[checked(rows * rowBytes)];
        await Array.Source.ReadAsync(Array.Offset + (first * rowBytes), bytes, cancellationToken);
        return bytes;
    }
}
