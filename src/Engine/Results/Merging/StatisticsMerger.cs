using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Merging;

/// <summary>
/// Merges statistics of latents, some latents of all parts at a time: what is in memory is the parts' files and the merged one, not the
/// states of all latents, which are several times as large. Where the files are too large, the first of them are merged before the others.
/// </summary>
/// <param name="parts">The results, in the order of the dataset; at least one.</param>
/// <param name="firstSequences">Where each starts, in sequences of the merge.</param>
/// <param name="mostBytes">Most bytes of files in memory, unless one alone is larger. The result is the same for any number.</param>
/// <param name="latentsAtOnce">How many latents to merge at a time. The result is the same for any number.</param>
internal sealed class StatisticsMerger(
    IReadOnlyList<IResultSource> parts,
    IReadOnlyList<long> firstSequences,
    long mostBytes = StatisticsMerger.MostBytes,
    int latentsAtOnce = StatisticsMerger.LatentsAtOnce)
{
    private const long MostBytes = 48 << 20;

    // Their states stay in a core's cache.
    private const int LatentsAtOnce = 1024;

    /// <summary>Merges one file of all parts.</summary>
    /// <exception cref="InvalidInputException">A part lacks the file, or it is damaged or of another recipe.</exception>
    public async Task MergeAsync(string name, IResultSink sink, CancellationToken cancellationToken)
    {
        using var before = new ScratchDirectory();
        var lengths = await Task.WhenAll(parts.Select(part => LengthAsync(part, name, cancellationToken)));
        for (var first = 0; first < parts.Count;)
        {
            var end = EndOfBatch(lengths, first);
            var batch = Enumerable.Range(first, end - first).Select(part => (parts[part], firstSequences[part]));
            if (first > 0)
            {
                batch = batch.Prepend((before.Results, 0));
            }

            await MergeAsync([.. batch], name, end == parts.Count ? sink : before.Results, cancellationToken);
            first = end;
        }
    }

    private static async Task<long> LengthAsync(IResultSource part, string name, CancellationToken cancellationToken)
    {
        var source = await part.OpenAsync(name, cancellationToken);
        using var resource = source as IDisposable;
        return source.Length;
    }

    private int EndOfBatch(long[] lengths, int first)
    {
        var end = first + 1;
        for (var bytes = lengths[first]; end < lengths.Length && bytes + lengths[end] <= mostBytes; end++)
        {
            bytes += lengths[end];
        }

        return end;
    }

    private async Task MergeAsync(
        (IResultSource Part, long FirstSequence)[] batch, string name, IResultSink sink, CancellationToken cancellationToken)
    {
        TensorSet merged;
        using (var loaded = await LoadedParts.LoadAsync([.. batch.Select(one => one.Part)], name, cancellationToken))
        {
            merged = loaded.Describe();
            Merge([.. loaded.Files.Select(file => new LatentRows(file))], [.. batch.Select(one => one.FirstSequence)], merged);
        }

        using (merged)
        {
            await merged.WriteAsync(sink, name, cancellationToken);
        }
    }

    private void Merge(LatentRows[] parts, long[] firstSequences, TensorSet into)
    {
        var (width, options) = (parts[0].Width, parts[0].Options);
        var totals = new LatentStatistics(width, options);
        foreach (var part in parts)
        {
            part.AddTotalsTo(totals);
        }

        var columns = new LatentColumns(into, totals.HasErrorNorms);
        var some = new LatentStatistics(Math.Min(latentsAtOnce, width), options);
        for (var first = 0; first < width; first += some.Width)
        {
            for (var part = 0; part < parts.Length; part++)
            {
                parts[part].AddTo(some, first, firstSequences[part]);
            }

            some.Drain((latent, state) => columns.Add(first + latent, state));
        }

        columns.AddToFile(totals);
    }
}
