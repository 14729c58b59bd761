using AeServerless.Engine.IO;

namespace AeServerless.Engine.Results;

/// <summary>
/// Merges results of consecutive ranges of a dataset into the result of the whole range. What it writes can be merged again, and the bytes are
/// the same whatever the chunks were and however merges were grouped. Statistics of one file are in memory at a time, per-token data streams.
/// </summary>
public static class ResultMerger
{
    /// <summary>Merges results.</summary>
    /// <param name="partsInChunkOrder">The results, in the order of the dataset, each beginning where the one before ends; at least one.</param>
    /// <param name="sink">Where the merged files go.</param>
    /// <param name="cancellationToken">Cancels the merge.</param>
    /// <param name="contents">What to merge. The default is everything.</param>
    /// <exception cref="InvalidInputException">A part lacks a file, is of another recipe, or does not follow the one before.</exception>
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
                throw new InvalidInputException(odd, "is in some of the results to be merged and not in others; they must be of one recipe");
            }
        }

        foreach (var name in names)
        {
            if (name == ResultNames.Totals)
            {
                await MergeTotalsAsync(partsInChunkOrder, sink, cancellationToken);
            }
            else if (ResultNames.IsStatistics(name))
            {
                await StateMerger.MergeStatisticsAsync(partsInChunkOrder, name, sink, cancellationToken);
            }
            else if (ResultNames.IsAutoencoder(name))
            {
                await StateMerger.MergeAutoencoderAsync(partsInChunkOrder, name, sink, cancellationToken);
            }
            else
            {
                await PerTokenMerger.MergeAsync(partsInChunkOrder, name, sink, cancellationToken);
            }
        }
    }

    /// <summary>The files of a result; others beside them, such as a commit marker, are left alone.</summary>
    private static IEnumerable<string> NamesIn(IResultSource part, ResultContents contents) =>
        part.Names.Where(name => ResultNames.ContentsOf(name) is { } of && contents.HasFlag(of));

    private static async Task MergeTotalsAsync(IReadOnlyList<IResultSource> parts, IResultSink sink, CancellationToken cancellationToken)
    {
        ResultTotals? all = null;
        foreach (var part in parts)
        {
            using var opened = await OpenResult.OpenAsync(part, ResultNames.Totals, cancellationToken);
            var totals = await TotalsFile.ReadAsync(opened.File, cancellationToken);
            if (all is not null && totals.FirstSequence != all.FirstSequence + all.Sequences)
            {
                throw new InvalidInputException(
                    opened.File.Source.Name,
                    $"begins at sequence {totals.FirstSequence}, but the result before it ends at {all.FirstSequence + all.Sequences}");
            }

            all = all is null
                ? totals
                : all with { Sequences = all.Sequences + totals.Sequences, Tokens = all.Tokens + totals.Tokens };
        }

        await TotalsFile.WriteAsync(sink, all!, cancellationToken);
    }
}
