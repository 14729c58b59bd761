using System.Diagnostics;

namespace AeServerless.Bench;

/// <summary>Measures several ways in turns, so that a busy moment of the machine hits all of them.</summary>
internal static class Stopwatches
{
    private const int WarmUps = 2;

    public static async Task<Timings> MeasureAsync(int repeats, params Func<Task>[] ways)
    {
        var rounds = new List<double[]>();
        for (var round = 0; round < WarmUps + repeats; round++)
        {
            var seconds = new double[ways.Length];
            for (var way = 0; way < ways.Length; way++)
            {
                var started = Stopwatch.GetTimestamp();
                await ways[way]();
                seconds[way] = Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            if (round >= WarmUps)
            {
                rounds.Add(seconds);
            }
        }

        return new Timings(rounds);
    }

    public static Timings Measure(int repeats, params Action[] ways) => MeasureAsync(repeats, [.. ways.Select(way => (Func<Task>)(() =>
    {
        way();
        return Task.CompletedTask;
    }))]).GetAwaiter().GetResult();
}
