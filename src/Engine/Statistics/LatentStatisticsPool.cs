using System.Collections.Concurrent;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Statistics that are not in use, for the next merge: those of tens of thousands of latents are some hundred thousand objects, which cost
/// the garbage collector more than merging costs. Those of few latents are not kept: they would push out the others of the same result.
/// </summary>
internal sealed class LatentStatisticsPool
{
    private const int MaxKept = 2;
    private const int MinWidth = 1024;

    private readonly ConcurrentQueue<LatentStatistics> _kept = [];

    /// <summary>Empty statistics.</summary>
    public LatentStatistics Rent(int width, StatisticsOptions options)
    {
        for (var looked = 0; looked < MaxKept && _kept.TryDequeue(out var spare); looked++)
        {
            if (spare.Width == width && spare.Options == options)
            {
                return spare;
            }

            Return(spare);
        }

        return new LatentStatistics(width, options);
    }

    /// <summary>Returns statistics that are no longer used. When more than a few are kept, the ones longest unused are dropped.</summary>
    public void Return(LatentStatistics statistics)
    {
        if (statistics.Width < MinWidth)
        {
            return;
        }

        statistics.Clear();
        _kept.Enqueue(statistics);
        while (_kept.Count > MaxKept && _kept.TryDequeue(out _))
        {
        }
    }
}
