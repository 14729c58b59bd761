using System.Collections.Concurrent;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Statistics that are not in use, for the next merge: those of tens of thousands of latents are some hundred thousand objects, which cost the
/// garbage collector more than merging costs. Those of few latents are not kept: they would push out the others of the same result.
/// </summary>
internal static class SpareStatistics
{
    private const int MostKept = 2;
    private const int LeastWidth = 1024;

    private static readonly ConcurrentQueue<LatentStatistics> Kept = [];

    /// <summary>Empty statistics.</summary>
    public static LatentStatistics Take(int width, StatisticsOptions options)
    {
        for (var looked = 0; looked < MostKept && Kept.TryDequeue(out var spare); looked++)
        {
            if (spare.Width == width && spare.Options == options)
            {
                return spare;
            }

            GiveBack(spare);
        }

        return new LatentStatistics(width, options);
    }

    /// <summary>Gives statistics back that nobody looks at any more. Of more than a few, those longest unused go.</summary>
    public static void GiveBack(LatentStatistics statistics)
    {
        if (statistics.Width < LeastWidth)
            return;
        statistics.Clear();
        Kept.Enqueue(statistics);
        while (Kept.Count > MostKept && Kept.TryDequeue(out _))
        {
        }
    }
}
