using System.Collections.Concurrent;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>What screening costs on this machine, by width: read from the cache, else measured and kept there.</summary>
/// <param name="cache">Where what was measured is kept; none: measured anew by each process.</param>
public sealed class ScreeningCostTable(ScreeningCache? cache)
{
    private readonly ConcurrentDictionary<int, Lazy<ScreeningCosts>> _costs = [];

    /// <summary>The costs at a width.</summary>
    /// <param name="width">Width of an encoder's input.</param>
    public ScreeningCosts At(int width) => _costs.GetOrAdd(
        ScreeningCosts.MeasuredWidth(width), one => new Lazy<ScreeningCosts>(() => ReadOrMeasure(one))).Value;

    private ScreeningCosts ReadOrMeasure(int width)
    {
        if (cache?.Read(width) is { } kept)
        {
            return kept;
        }

        var measured = ScreeningMeasurement.Measure(width);
        cache?.Write(measured);
        return measured;
    }
}
