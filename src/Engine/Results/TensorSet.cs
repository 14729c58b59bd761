using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>Tensors and metadata of a result file that is about to be written. Tensors are declared in any order; wider types go first.</summary>
internal sealed class TensorSet
{
    private readonly List<(TensorSpec Spec, Func<SafetensorsWriter, CancellationToken, Task> Write)> _tensors = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public void Add(string name, long[] values, params long[] row) =>
        Add(name, TensorDtype.I64, Shape(values.Length, row), (writer, cancellation) => writer.WriteAsync(values, cancellation));

    public void Add(string name, int[] values) =>
        Add(name, TensorDtype.I32, [values.Length], (writer, cancellation) => writer.WriteAsync(values, cancellation));

    public void Add(string name, float[] values) =>
        Add(name, TensorDtype.F32, [values.Length], (writer, cancellation) => writer.WriteAsync(values, cancellation));

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
        await using var writer = await SafetensorsWriter.CreateAsync(stream, [.. ordered.Select(tensor => tensor.Spec)], Metadata, cancellationToken);
        foreach (var (_, write) in ordered)
        {
            await write(writer, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    private static long[] Shape(long count, long[] row)
    {
        var width = row.Aggregate(1L, (product, dimension) => product * dimension);
        return [width == 0 ? 0 : count / width, .. row];
    }
}
