namespace AeServerless.Engine.Statistics;

/// <summary>
/// Statistics that are not in use, for the next merge: those of tens of thousands of latents are some hundred thousand objects, which cost
/// the garbage collector more than merging costs. They are hundreds of megabytes, too, which merges need for seconds: so those of one
/// scalar are kept, as scalars are merged and written one after the other, and only until the collector looks for memory. Those of few
/// latents are not kept: they would push out the others of the same result.
/// </summary>
internal sealed class LatentStatisticsPool
{
    private const int MinWidth = 1024;

    private WeakReference<LatentStatistics>? _kept;

    /// <summary>Empty statistics.</summary>
    public LatentStatistics Rent(int width, StatisticsOptions options) =>
        Interlocked.Exchange(ref _kept, null) is { } kept && kept.TryGetTarget(out var spare)
        && spare.Width == width && spare.Options == options
            ? spare
            : new LatentStatistics(width, options);

    /// <summary>Returns statistics that are no longer used.</summary>
    public void Return(LatentStatistics statistics)
    {
        if (statistics.Width >= MinWidth)
        {
            statistics.Clear();
            Volatile.Write(ref _kept, new WeakReference<LatentStatistics>(statistics));
        }
    }
}
