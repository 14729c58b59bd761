namespace AeServerless.Capture;

/// <summary>Sequences of one length that run through the model together: no padding, so no sequence sees another.</summary>
/// <param name="Length">Tokens of each.</param>
/// <param name="Sequences">Their places in the shard, ascending.</param>
internal sealed record SequenceBatch(int Length, IReadOnlyList<int> Sequences)
{
    /// <summary>Puts every sequence of a shard into one batch of at most so many tokens, or alone where it is longer.</summary>
    public static IReadOnlyList<SequenceBatch> Plan(IReadOnlyList<int[]> sequences, int batchTokens) =>
    [
        .. sequences.Index().GroupBy(entry => entry.Item.Length, entry => entry.Index).SelectMany(group =>
            group.Chunk(Math.Max(1, batchTokens / group.Key)).Select(batch => new SequenceBatch(group.Key, batch))),
    ];

    /// <summary>
    /// Stretches of the batch whose sequences follow each other in the shard: (place in the batch, first sequence, count).
    /// </summary>
    public IEnumerable<(int Start, int Sequence, int Count)> Stretches()
    {
        for (var start = 0; start < Sequences.Count;)
        {
            var end = start + 1;
            while (end < Sequences.Count && Sequences[end] == Sequences[end - 1] + 1)
            {
                end++;
            }

            yield return (start, Sequences[start], end - start);
            start = end;
        }
    }
}
