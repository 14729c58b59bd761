namespace AeServerless.Models.Running;

/// <summary>
/// How the sequences of a shard are put into batches: neighbours, by their place in the shard alone. A chunk computes the whole of each
/// batch that it has a part of, so that a token's values do not depend on chunks.
/// </summary>
internal sealed class RunBatches
{
    /// <summary>Most tokens of a batch that has more than one sequence.</summary>
    public const int MostTokens = 1024;

    private readonly List<RunBatch> _batches = [];

    /// <summary>Batches of a shard.</summary>
    /// <param name="lengths">Tokens of each sequence.</param>
    public RunBatches(IReadOnlyList<int> lengths)
    {
        var row = 0L;
        for (var first = 0; first < lengths.Count;)
        {
            var (end, tokens) = (first + 1, (long)lengths[first]);
            while (end < lengths.Count && tokens + lengths[end] <= MostTokens)
            {
                tokens += lengths[end++];
            }

            _batches.Add(new RunBatch(first, end - first, row, (int)tokens));
            (row, first) = (row + tokens, end);
        }
    }

    /// <summary>The batches that have some of these rows, in order.</summary>
    public IReadOnlyList<RunBatch> Of(long firstRow, long rows)
    {
        var (low, high) = (0, _batches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_batches[middle].FirstRow + _batches[middle].Tokens <= firstRow)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return [.. _batches.Skip(low).TakeWhile(batch => batch.FirstRow < firstRow + rows)];
    }
}
