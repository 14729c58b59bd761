using AeServerless.Engine.IO;

namespace AeServerless.Engine.Results.Merging;

/// <summary>
/// Merges results of consecutive ranges of a dataset into the result of the whole range. What it writes can be merged again, and the bytes
/// are the same whatever the chunks were and however merges were grouped. Statistics of one file are in memory at a time, per-token data
/// streams.
/// </summary>
public static class ResultMerger
{
    private const int Parallelism = 8;

    /// <summary>Merges results.</summary>
    /// <param name="partsInChunkOrder">The results, in the order of the dataset, each beginning where the one before ends; at least one.
    /// Nothing in a result depends on its position in the dataset.</param>
    /// <param name="sink">Where the merged files go.</param>
    /// <param name="cancellationToken">Cancels the merge.</param>
    /// <param name="contents">What to merge. The default is everything.</param>
    /// <exception cref="InvalidInputException">A part lacks a file, is damaged, or is of another recipe.</exception>
    public static async Task MergeAsync(
        IReadOnlyList<IResultSource> partsInChunkOrder,
        IResultSink sink,
        CancellationToken cancellationToken,
        ResultContents contents = ResultContents.All)
    {
        ArgumentNullException.ThrowIfNull(partsInChunkOrder);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentOutOfRangeException.ThrowIfZero(partsInChunkOrder.Count);
        var names = NamesIn(partsInChunkOrder[0], contents).ToList();
        foreach (var part in partsInChunkOrder.Skip(1))
        {
            if (names.Union(NamesIn(part, contents)).Except(names.Intersect(NamesIn(part, contents))).FirstOrDefault() is { } odd)
            {
                throw new InvalidInputException(
                    odd, "is in some of the results to be merged and not in others; they must be of one recipe");
            }
        }

        var totals = await ReadTotalsAsync(partsInChunkOrder, cancellationToken);
        var firstSequences = FirstSequences(totals);
        var statistics = new StatisticsMerger(partsInChunkOrder, firstSequences);
        var autoencoders = new AutoencoderMerger(partsInChunkOrder, firstSequences);
        foreach (var name in names)
        {
            if (name == ResultNames.Totals)
            {
                await TotalsFile.WriteAsync(sink, ResultTotals.Merge(totals), cancellationToken);
            }
            else if (ResultNames.IsStatistics(name))
            {
                await statistics.MergeAsync(name, sink, cancellationToken);
            }
            else if (ResultNames.IsAutoencoder(name))
            {
                await autoencoders.MergeAsync(name, sink, cancellationToken);
            }
            else
            {
                await PerTokenMerger.MergeAsync(partsInChunkOrder, name, sink, cancellationToken);
            }
        }
    }

    /// <summary>The files of a result; other files, such as a commit marker, are ignored.</summary>
    private static IEnumerable<string> NamesIn(IResultSource part, ResultContents contents) =>
        part.Names.Where(name => ResultNames.ContentsOf(name) is { } of && contents.HasFlag(of));

    private static async Task<ResultTotals[]> ReadTotalsAsync(IReadOnlyList<IResultSource> parts, CancellationToken cancellationToken)
    {
        var totals = new ResultTotals[parts.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, totals.Length), options, async (part, token) =>
        {
            using var file = await LoadedResult.LoadAsync(parts[part], ResultNames.Totals, token);
            totals[part] = TotalsFile.Read(file);
        });
        return totals;
    }

    /// <summary>Where each part starts: after the sequences of those before it.</summary>
    private static long[] FirstSequences(ResultTotals[] totals)
    {
        var first = new long[totals.Length];
        for (var part = 1; part < totals.Length; part++)
        {
            first[part] = first[part - 1] + totals[part - 1].Sequences;
        }

        return first;
    }
}
