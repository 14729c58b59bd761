using System.Numerics.Tensors;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Tensors;

/// <summary>
/// Reads stored tensors as float32, in the order in which they lie in their files, and checks that every number is finite.
/// </summary>
public static class TensorReader
{
    // 16 MB as float32: large enough for any storage to answer at full speed.
    private const long BlockElements = 1 << 22;
    private const long LongestSpan = 1 << 28;
    private const long WideGap = 1 << 12;

    /// <summary>Reads a tensor of at most one dimension. <c>[count]</c>.</summary>
    /// <exception cref="AeServerless.Engine.InvalidInputException">
    /// It has more dimensions, is not of floating-point numbers, or one of them isn't finite.
    /// </exception>
    public static async Task<float[]> ReadVectorAsync(StoredTensor tensor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Shape.Count > 1 || tensor.Count > LongestSpan)
        {
            throw tensor.Fault($"{tensor.Name} shape {tensor.ShapeText} is not that of a vector");
        }

        var values = new float[tensor.Count];
        var outer = new Axis(values.Length, tensor.Strides.Count == 0 ? 1 : tensor.Strides[0]);
        await ForEachBlockAsync(tensor, outer, new Axis(1, 0), (first, count, stored) =>
        {
            for (var i = 0; i < count; i++)
            {
                values[first + i] = stored[checked((int)(i * outer.Stride))];
            }

            RequireFinite(tensor, values.AsSpan(first, count), first);
        }, cancellationToken);
        return values;
    }

    /// <summary>Reads a tensor of one number: a scalar or of shape [1].</summary>
    /// <exception cref="AeServerless.Engine.InvalidInputException">
    /// It has more or fewer numbers, is not of floating-point numbers, or not finite.
    /// </exception>
    public static async Task<float> ReadNumberAsync(StoredTensor tensor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Count == 1
            ? (await ReadVectorAsync(tensor with { Shape = [], Strides = [] }, cancellationToken))[0]
            : throw tensor.Fault($"{tensor.Name} shape {tensor.ShapeText} has to be that of one number");
    }

    /// <summary>Reads a whole number: a scalar or a tensor of shape [1], I32 or I64.</summary>
    /// <exception cref="AeServerless.Engine.InvalidInputException">It has more or fewer numbers or another type.</exception>
    public static async Task<long> ReadWholeAsync(StoredTensor tensor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Count != 1 || tensor.Dtype is not (TensorDtype.I32 or TensorDtype.I64))
        {
            throw tensor.Fault($"{tensor.Name} has to be one whole number (I32 or I64); it is {tensor.Dtype.Name()} {tensor.ShapeText}");
        }

        var bytes = new byte[tensor.Dtype.Size()];
        await tensor.Source.ReadAsync(tensor.Offset, bytes, cancellationToken);
        return tensor.Dtype == TensorDtype.I32 ? BitConverter.ToInt32(bytes) : BitConverter.ToInt64(bytes);
    }

    /// <summary>Reads a tensor of two dimensions.</summary>
    /// <param name="tensor">The tensor, <c>[a, b]</c>.</param>
    /// <param name="transposed">Whether to read it as <c>[b, a]</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="AeServerless.Engine.InvalidInputException">
    /// It has other dimensions, is not of floating-point numbers, or one of them isn't finite.
    /// </exception>
    public static async Task<WeightMatrix> ReadMatrixAsync(StoredTensor tensor, bool transposed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Shape.Count != 2 || tensor.Shape.Any(dimension => dimension is < 1 or > int.MaxValue))
        {
            throw tensor.Fault($"{tensor.Name} shape {tensor.ShapeText} is not that of a matrix");
        }

        var (rows, columns) = (Axis.Of(tensor, transposed ? 1 : 0), Axis.Of(tensor, transposed ? 0 : 1));
        var matrix = new WeightMatrix(rows.Count, columns.Count);
        if (rows.Stride >= columns.Stride)
        {
            await ForEachBlockAsync(
                tensor,
                rows,
                columns,
                (first, count, stored) => CopyRows(tensor, matrix, rows, columns, first, count, stored),
                cancellationToken);
        }
        else
        {
            await ForEachBlockAsync(
                tensor,
                columns,
                rows,
                (first, count, stored) => CopyColumns(tensor, matrix, rows, columns, first, count, stored),
                cancellationToken);
        }

        return matrix;
    }

    private static void CopyRows(StoredTensor tensor, WeightMatrix matrix, Axis rows, Axis columns, int first, int count, float[] stored)
    {
        for (var i = 0; i < count; i++)
        {
            var row = matrix.Row(first + i);
            var start = checked((int)(i * rows.Stride));
            if (columns.Stride == 1)
            {
                stored.AsSpan(start, row.Length).CopyTo(row);
            }
            else
            {
                for (var column = 0; column < row.Length; column++)
                {
                    row[column] = stored[start + (int)(column * columns.Stride)];
                }
            }

            RequireFinite(tensor, row, (long)(first + i) * matrix.Columns);
        }
    }

    private static void CopyColumns(StoredTensor tensor, WeightMatrix matrix, Axis rows, Axis columns, int first, int count, float[] stored)
    {
        Parallel.For(0, rows.Count, row =>
        {
            var to = matrix.Row(row).Slice(first, count);
            for (var i = 0; i < count; i++)
            {
                to[i] = stored[(i * columns.Stride) + (row * rows.Stride)];
            }
        });
        for (var row = 0; row < rows.Count; row++)
        {
            RequireFinite(tensor, matrix.Row(row).Slice(first, count), ((long)row * matrix.Columns) + first);
        }
    }

    /// <summary>Reads entries of the outer axis with all of the inner one, as many at a time as make a block.</summary>
    private static async Task ForEachBlockAsync(
        StoredTensor tensor, Axis outer, Axis inner, Action<int, int, float[]> take, CancellationToken cancellationToken)
    {
        var inside = inner.Span;
        if (inside > LongestSpan)
        {
            throw tensor.Fault(
                $"its strides {string.Join(", ", tensor.Strides)} put a row over {inside} elements, too many to be read at once");
        }

        // Entries with wide gaps between them are read one by one, the others together with what lies between.
        var together = outer.Stride > Math.Max(2 * inside, WideGap) ? 1 : Math.Max(1, (BlockElements - inside) / Math.Max(1, outer.Stride));
        var bytes = LargeArrays<byte>.Pool;
        var floats = LargeArrays<float>.Pool;
        for (var first = 0; first < outer.Count;)
        {
            var count = (int)Math.Min(together, outer.Count - first);
            var elements = (int)(((count - 1) * outer.Stride) + inside);
            var stored = bytes.Rent(elements * tensor.Dtype.Size());
            var widened = floats.Rent(elements);
            try
            {
                var block = stored.AsMemory(0, elements * tensor.Dtype.Size());
                await tensor.Source.ReadAsync(tensor.Offset + (first * outer.Stride * tensor.Dtype.Size()), block, cancellationToken);
                FloatWidening.ToSingle(tensor, block.Span, widened);
                take(first, count, widened);
            }
            finally
            {
                bytes.Return(stored);
                floats.Return(widened);
            }

            first += count;
        }
    }

    private static void RequireFinite(StoredTensor tensor, ReadOnlySpan<float> values, long first)
    {
        if (values.IsEmpty || TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                var (what, alias) = float.IsNaN(values[i]) ? ("NaN", "not a number, not finite") : ("infinity", "not finite");
                throw tensor.Fault($"{what} in {tensor.Name} ({alias}), at element {first + i}; weights have to be finite");
            }
        }
    }
}
