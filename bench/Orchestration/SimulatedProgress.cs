using System.Diagnostics;
using System.Globalization;

namespace AeServerless.Bench.Orchestration;

/// <summary>Counts the chunks of the simulated run, and notes at each tenth how long it took and how much memory the process has.</summary>
internal static class SimulatedProgress
{
    private const int Marks = 10;
    private const double Megabyte = 1 << 20;

    private static readonly Lock Gate = new();
    private static readonly List<double> Seconds = [];
    private static Stopwatch _watch = new();
    private static int _total;
    private static int _done;

    /// <summary>Seconds that each tenth of the chunks took.</summary>
    public static IReadOnlyList<double> Tenths => [.. Seconds.Select((end, i) => end - (i == 0 ? 0 : Seconds[i - 1]))];

    public static void Begin(int total)
    {
        lock (Gate)
        {
            (_total, _done, _watch) = (total, 0, Stopwatch.StartNew());
            Seconds.Clear();
        }
    }

    public static void Count()
    {
        lock (Gate)
        {
            _done++;
            if ((long)_done * Marks / _total == (long)(_done - 1) * Marks / _total)
            {
                return;
            }

            Seconds.Add(_watch.Elapsed.TotalSeconds);
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_done,9:N0} chunks  {_watch.Elapsed.TotalSeconds,8:0.0} s  {Tenths[^1] * Marks * 1000 / _total,6:0.00} s per 1,000  {process.WorkingSet64 / Megabyte,6:0} MB"));
        }
    }
}
