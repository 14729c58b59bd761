using System.Collections.Concurrent;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// What screening costs on this machine, by width: read from the cache, else measured, and kept there unless the machine was too busy.
/// </summary>
public sealed class ScreeningCostTable
{
    private readonly ScreeningCache? _cache;
    private readonly Func<int, (ScreeningCosts Costs, bool Steady)> _measure;
    private readonly ConcurrentDictionary<int, Lazy<ScreeningCosts>> _costs = [];

    /// <param name="cache">Where what was measured is kept; none: measured anew by each process.</param>
    public ScreeningCostTable(ScreeningCache? cache)
        : this(cache, ScreeningMeasurement.Measure)
    {
    }

    internal ScreeningCostTable(ScreeningCache? cache, Func<int, (ScreeningCosts Costs, bool Steady)> measure) =>
        (_cache, _measure) = (cache, measure);

    /// <summary>The costs at a width.</summary>
    /// <param name="width">Width of an encoder's input.</param>
    public ScreeningCosts At(int width) => _costs.GetOrAdd(
        ScreeningCosts.MeasuredWidth(width), one => new Lazy<ScreeningCosts>(() => ReadOrMeasure(one))).Value;

    private ScreeningCosts ReadOrMeasure(int width)
    {
        if (_cache?.Read(width) is { } kept)
        {
            return kept;
        }

        var (measured, steady) = _measure(width);
        if (steady)
        {
            _cache?.Write(measured);
        }

        return measured;
    }
}
