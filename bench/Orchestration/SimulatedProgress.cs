using System.Diagnostics;
using System.Globalization;

namespace AeServerless.Bench.Orchestration;

/// <summary>Follows the chunks of the simulated run: when each began, how many were under way, and how long each tenth took.</summary>
internal static class SimulatedProgress
{
    private const int Marks = 10;

    private static readonly Lock Gate = new();
    private static readonly List<double> Seconds = [];
    private static readonly List<double> Begins = [];
    private static Stopwatch _watch = new();
    private static int _total;
    private static int _running;

    /// <summary>Seconds from the call that started the run to its first chunk.</summary>
    public static double FirstChunk => Begins.Count > 0 ? Begins[0] : double.NaN;

    /// <summary>Median of the seconds from a chunk's begin to that of the next.</summary>
    public static double ToTheNext => Begins.Zip(Begins.Skip(1), (one, next) => next - one).Order().ElementAtOrDefault(Begins.Count / 2);

    /// <summary>The most chunks that were computed at a time.</summary>
    public static int MostRunning { get; private set; }

    /// <summary>Seconds that the last half of the chunks took, over those of the first.</summary>
    public static double LastHalfOverFirst => (Seconds[^1] - Seconds[(Marks / 2) - 1]) / Seconds[(Marks / 2) - 1];

    public static void Begin(int total)
    {
        lock (Gate)
        {
            (_total, _running, MostRunning, _watch) = (total, 0, 0, Stopwatch.StartNew());
            Seconds.Clear();
            Begins.Clear();
        }
    }

    /// <summary>Counts a chunk, which ends when what is returned is disposed of.</summary>
    public static IDisposable BeginChunk()
    {
        lock (Gate)
        {
            Begins.Add(_watch.Elapsed.TotalSeconds);
            MostRunning = Math.Max(MostRunning, ++_running);
            return new Chunk();
        }
    }

    private static void End()
    {
        lock (Gate)
        {
            _running--;
            var done = Begins.Count - _running;
            if ((long)done * Marks / _total == (long)(done - 1) * Marks / _total)
            {
                return;
            }

            Seconds.Add(_watch.Elapsed.TotalSeconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done,9:N0} chunks  {Seconds[^1],8:0.0} s"));
        }
    }

    private sealed class Chunk : IDisposable
    {
        public void Dispose() => End();
    }
}
