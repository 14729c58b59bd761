namespace AeServerless.Engine.Datasets;

/// <summary>Splits shards into chunks.</summary>
public static class ChunkPlanner
{
    /// <summary>
    /// Splits one shard into chunks of whole sequences, each as large as fits; a sequence longer than a chunk is a chunk of its own.
    /// </summary>
    /// <param name="shardIndex">The shard's place in the manifest.</param>
    /// <param name="firstSequence">Sequences of the dataset before this shard.</param>
    /// <param name="sequenceLengths">Tokens of each sequence of the shard.</param>
    /// <param name="chunkTokens">Most tokens of a chunk, at least 1.</param>
    /// <returns>Chunks in order that cover every row once.</returns>
    public static IReadOnlyList<ChunkRange> Split(int shardIndex, long firstSequence, IReadOnlyList<int> sequenceLengths, int chunkTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkTokens, 1);
        var chunks = new List<ChunkRange>();
        var row = 0L;
        for (var start = 0; start < sequenceLengths.Count;)
        {
            var (end, tokens) = (start + 1, sequenceLengths[start]);
            while (end < sequenceLengths.Count && sequenceLengths[end] <= chunkTokens - tokens)
            {
                tokens += sequenceLengths[end++];
            }

            chunks.Add(new ChunkRange(shardIndex, row, tokens, firstSequence + start, [.. sequenceLengths.Skip(start).Take(end - start)]));
            (row, start) = (row + tokens, end);
        }

        return chunks;
    }
}
