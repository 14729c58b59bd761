using System.Diagnostics;
using System.Globalization;

namespace AeServerless.Bench.Orchestration;

/// <summary>Follows the chunks of the simulated run: when each was computed, and how long each tenth took.</summary>
internal static class SimulatedProgress
{
    private const int Marks = 10;

    private static readonly Lock Gate = new();
    private static readonly List<double> Times = [];
    private static Stopwatch _watch = new();
    private static int _total;

    /// <summary>Seconds from the start of the run to its first chunk.</summary>
    public static double FirstChunk => Times[0];

    /// <summary>Median of the seconds from a chunk to the next.</summary>
    public static double ToTheNext => Times.Zip(Times.Skip(1), (one, next) => next - one).Order().ElementAt((Times.Count - 1) / 2);

    /// <summary>Seconds that the last half of the chunks took, over those of the first.</summary>
    public static double LastHalfOverFirst => (Times[^1] - Times[Times.Count / 2]) / Times[Times.Count / 2];

    public static void Begin(int total)
    {
        lock (Gate)
        {
            (_total, _watch) = (total, Stopwatch.StartNew());
            Times.Clear();
        }
    }

    public static void Count()
    {
        lock (Gate)
        {
            Times.Add(_watch.Elapsed.TotalSeconds);
            if ((long)Times.Count * Marks / _total != (long)(Times.Count - 1) * Marks / _total)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Times.Count,9:N0} chunks  {Times[^1],8:0.0} s"));
            }
        }
    }
}
