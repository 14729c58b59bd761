using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>
/// Tensors and metadata of a result file that is about to be written. Tensors are declared in any order; wider types go first.
/// </summary>
internal sealed class TensorSet : IDisposable
{
    private readonly List<(TensorSpec Spec, Func<SafetensorsWriter, CancellationToken, Task> Write)> _tensors = [];

    private readonly List<IDisposable> _columns = [];

    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>A column to fill and then to add; its memory is given back with this set.</summary>
    public Column<T> Column<T>()
        where T : unmanaged
    {
        var column = new Column<T>();
        _columns.Add(column);
        return column;
    }

    public void Add(string name, long[] values, params long[] row) =>
        Add(name, TensorDtype.I64, Shape(values.Length, row), (writer, cancellation) => writer.WriteAsync(values, cancellation));

    public void Add(string name, int[] values) =>
        Add(name, TensorDtype.I32, [values.Length], (writer, cancellation) => writer.WriteAsync(values, cancellation));

    /// <summary>Whole numbers in the narrowest type that holds all of them: U8, U16 or I32, else I64.</summary>
    public void AddWholeNumbers<T>(string name, Column<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (least, most) = Range(values);
        switch (long.CreateChecked(least), long.CreateChecked(most))
        {
            case ( >= 0, <= byte.MaxValue):
                Add(name, TensorDtype.U8, [values.Count], (writer, cancellation) => WriteAsync<T, byte>(
                    values, writer.WriteAsync, cancellation));
                break;
            case ( >= 0, <= ushort.MaxValue):
                Add(name, TensorDtype.U16, [values.Count], (writer, cancellation) => WriteAsync<T, ushort>(
                    values, writer.WriteAsync, cancellation));
                break;
            case ( >= int.MinValue, <= int.MaxValue):
                Add(name, TensorDtype.I32, [values.Count], (writer, cancellation) => WriteAsync<T, int>(
                    values, writer.WriteAsync, cancellation));
                break;
            default:
                Add(name, TensorDtype.I64, [values.Count], (writer, cancellation) => WriteAsync<T, long>(
                    values, writer.WriteAsync, cancellation));
                break;
        }
    }

    public void Add(string name, float[] values) =>
        Add(name, TensorDtype.F32, [values.Length], (writer, cancellation) => writer.WriteAsync(values, cancellation));

    public void Add(string name, Column<float> values) => Add(name, TensorDtype.F32, [values.Count], values.WriteAsync);

    public void Add(string name, Column<int> values) => Add(name, TensorDtype.I32, [values.Count], values.WriteAsync);

    public void Add(string name, Column<uint> values, params long[] row) =>
        Add(name, TensorDtype.U32, Shape(values.Count, row), values.WriteAsync);

    public void Add(string name, SpillBuffer<long> values) =>
        Add(name, TensorDtype.I64, [values.Count], (writer, cancellation) => values.WriteAsync(writer.WriteAsync, cancellation));

    public void Add(string name, SpillBuffer<int> values) =>
        Add(name, TensorDtype.I32, [values.Count], (writer, cancellation) => values.WriteAsync(writer.WriteAsync, cancellation));

    public void Add(string name, SpillBuffer<float> values, params long[] row) =>
        Add(name, TensorDtype.F32, Shape(values.Count, row), (writer, cancellation) => values.WriteAsync(writer.WriteAsync, cancellation));

    public void Add(string name, TensorDtype dtype, IReadOnlyList<long> shape, Func<SafetensorsWriter, CancellationToken, Task> write) =>
        _tensors.Add((new TensorSpec(name, dtype, shape), write));

    public async Task WriteAsync(IResultSink sink, string name, CancellationToken cancellationToken)
    {
        var ordered = _tensors.OrderByDescending(tensor => tensor.Spec.Dtype.Size()).ToList();
        await using var stream = await sink.CreateAsync(name, cancellationToken);
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream, [.. ordered.Select(tensor => tensor.Spec)], Metadata, cancellationToken);
        foreach (var (_, write) in ordered)
        {
            await write(writer, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
        await stream.CompleteAsync(cancellationToken);
    }

    public void Dispose() => _columns.ForEach(column => column.Dispose());

    private static async Task WriteAsync<T, TTo>(
        Column<T> values, Func<ReadOnlyMemory<TTo>, CancellationToken, Task> write, CancellationToken cancellationToken)
        where T : unmanaged, INumberBase<T>
        where TTo : INumberBase<TTo>
    {
        var converted = ArrayPool<TTo>.Shared.Rent(MemoryBlocks.Length);
        try
        {
            for (var block = 0; block < values.Blocks; block++)
            {
                for (var done = 0; done < values.Block(block).Length; done += converted.Length)
                {
                    var some = values.Block(block)[done..];
                    var count = Math.Min(some.Length, converted.Length);
                    TensorPrimitives.ConvertTruncating<T, TTo>(some[..count], converted);
                    await write(converted.AsMemory(0, count), cancellationToken);
                }
            }
        }
        finally
        {
            ArrayPool<TTo>.Shared.Return(converted);
        }
    }

    private static (T Least, T Most) Range<T>(Column<T> values)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (least, most) = (T.Zero, T.Zero);
        for (var block = 0; block < values.Blocks; block++)
        {
            if (values.Block(block) is { IsEmpty: false } some)
            {
                (least, most) = (T.Min(least, TensorPrimitives.Min(some)), T.Max(most, TensorPrimitives.Max(some)));
            }
        }

        return (least, most);
    }

    private static long[] Shape(long count, long[] row)
    {
        var width = row.Aggregate(1L, (product, dimension) => product * dimension);
        return [width == 0 ? 0 : count / width, .. row];
    }
}
