namespace AeServerless.Exports.Latents;

/// <summary>Divides latents into ranges whose values fit into memory.</summary>
internal static class LatentRanges
{
    // Sorting writes all over a range: one that fits into a processor's cache is several times as fast as a large one.
    private const long BudgetBytes = 24L << 20;

    /// <summary>Most values that a range of a set may have.</summary>
    public static long MostEntries(int scalars) => BudgetBytes / SpillRecord.Bytes(scalars);

    /// <summary>
    /// Where ranges begin, and at last the number of latents. A range has at most <paramref name="mostEntries"/> values and
    /// <paramref name="mostLatents"/> latents; a latent with more values than that is alone in its range.
    /// </summary>
    public static int[] Divide(IReadOnlyList<long> counts, long mostEntries, int mostLatents = int.MaxValue)
    {
        var bounds = new List<int> { 0 };
        var entries = 0L;
        for (var latent = 0; latent < counts.Count; latent++)
        {
            var first = bounds[^1];
            if (latent > first && (entries + counts[latent] > mostEntries || latent - first >= mostLatents))
            {
                bounds.Add(latent);
                entries = 0;
            }

            entries += counts[latent];
        }

        bounds.Add(counts.Count);
        return [.. bounds];
    }

    /// <summary><paramref name="ranges"/> ranges of floor(i · width / ranges): the bounds of delphi's splits.</summary>
    public static int[] Evenly(int width, int ranges) => [.. Enumerable.Range(0, ranges + 1).Select(i => (int)((long)i * width / ranges))];
}
