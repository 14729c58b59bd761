using System.Diagnostics;

namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>A product that is repeated to see how long it takes.</summary>
internal sealed class ProductTrial(Action multiply, IReadOnlyList<IDisposable> owned) : IDisposable
{
    // Of a trial that something disturbed, the next is longer or shorter by more.
    private const double Alike = 1.1;

    private double _secondBest = double.PositiveInfinity;

    /// <summary>The least seconds of those measured.</summary>
    public double BestSeconds { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether the least time came twice.</summary>
    public bool IsSteady => _secondBest <= Alike * BestSeconds;

    public void Measure()
    {
        var started = Stopwatch.GetTimestamp();
        multiply();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _secondBest = Math.Min(_secondBest, Math.Max(BestSeconds, seconds));
        BestSeconds = Math.Min(BestSeconds, seconds);
    }

    public void Dispose()
    {
        foreach (var one in owned)
        {
            one.Dispose();
        }
    }
}
