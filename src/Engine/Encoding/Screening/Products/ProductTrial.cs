using System.Diagnostics;

namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>A product that is repeated to see how long it takes.</summary>
internal sealed class ProductTrial(Action multiply, IReadOnlyList<IDisposable> owned) : IDisposable
{
    /// <summary>The least seconds of those measured.</summary>
    public double BestSeconds { get; private set; } = double.PositiveInfinity;

    public void Measure()
    {
        var started = Stopwatch.GetTimestamp();
        multiply();
        BestSeconds = Math.Min(BestSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    public void Dispose()
    {
        foreach (var one in owned)
        {
            one.Dispose();
        }
    }
}
