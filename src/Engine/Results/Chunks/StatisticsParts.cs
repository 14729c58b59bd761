using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Merging;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>
/// Statistics of a chunk whose values do not fit in memory together: those of its first tokens wait in temporary files, a part each time
/// that memory is full, and are merged at the chunk's end. A part is made beside the computation, which waits when the next is due before.
/// </summary>
/// <param name="output">What they are statistics of.</param>
/// <param name="turn">Taken while a part of any scalar is made: those of all scalars are due at once, and each takes memory.</param>
internal sealed class StatisticsParts(DerivedOutput output, SemaphoreSlim turn) : IDisposable
{
    private readonly List<ScratchDirectory> _parts = [];
    private readonly string _name = ResultNames.Statistics(output.Scalar, output.Layer);
    private Task _written = Task.CompletedTask;

    /// <summary>Takes statistics of tokens after those of the parts before, which are not to be used any more.</summary>
    public void Add(LatentStatistics statistics)
    {
        turn.Wait();
        _written = MakePartAsync(statistics, _written);
    }

    /// <summary>Writes the statistics of all parts and of the tokens after them, and takes these: they are empty afterwards.</summary>
    public async Task WriteAsync(LatentStatistics last, IResultSink sink, CancellationToken cancellationToken)
    {
        if (_parts.Count == 0)
        {
            await WriteFileAsync(last, sink, cancellationToken);
            return;
        }

        await turn.WaitAsync(cancellationToken);
        await (_written = MakePartAsync(last, _written));
        var merger = new StatisticsMerger([.. _parts.Select(part => part.Results)], new long[_parts.Count]);
        await merger.MergeAsync(_name, sink, cancellationToken);
        Clear();
    }

    /// <summary>Forgets all parts.</summary>
    public void Clear()
    {
        // What went wrong matters to nobody any more.
        Task.WaitAny(_written);
        _written = Task.CompletedTask;
        _parts.ForEach(part => part.Dispose());
        _parts.Clear();
    }

    public void Dispose() => Clear();

    private async Task MakePartAsync(LatentStatistics statistics, Task before)
    {
        try
        {
            var part = new ScratchDirectory();
            _parts.Add(part);
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await WriteFileAsync(statistics, part.Results, CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteFileAsync(LatentStatistics statistics, IResultSink sink, CancellationToken cancellationToken)
    {
        using var tensors = new TensorSet();
        tensors.Metadata.Describe(output);
        LatentStatisticsTensors.Add(tensors, statistics);
        await tensors.WriteAsync(sink, _name, cancellationToken);
    }
}
