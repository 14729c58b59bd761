using AeServerless.Engine.Computation;

namespace AeServerless.Bench;

/// <summary>Rows in memory, over and over: any number of tokens.</summary>
internal sealed class MemoryRows(IReadOnlyDictionary<string, float[]> tensors) : IRowSource
{
    public ValueTask ReadRowsAsync(string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
    {
        var values = tensors[tensor];
        var at = (int)(firstRow * width % values.Length);
        for (var done = 0; done < destination.Length;)
        {
            var count = Math.Min(values.Length - at, destination.Length - done);
            values.AsSpan(at, count).CopyTo(destination.Span[done..]);
            (done, at) = (done + count, 0);
        }

        return ValueTask.CompletedTask;
    }
}
