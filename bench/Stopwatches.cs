using System.Diagnostics;

namespace AeServerless.Bench;

/// <summary>Measures several ways in turns, so that a busy moment of the machine hits all of them.</summary>
internal static class Stopwatches
{
    private const int WarmUps = 2;

    /// <returns>Median seconds of each.</returns>
    public static async Task<double[]> MediansAsync(int repeats, params Func<Task>[] ways)
    {
        var seconds = ways.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < WarmUps + repeats; round++)
        {
            for (var way = 0; way < ways.Length; way++)
            {
                var started = Stopwatch.GetTimestamp();
                await ways[way]();
                if (round >= WarmUps)
                {
                    seconds[way].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                }
            }
        }

        return [.. seconds.Select(all => all.Order().ElementAt(all.Count / 2))];
    }

    public static double[] Medians(int repeats, params Action[] ways) => MediansAsync(repeats, [.. ways.Select(way => (Func<Task>)(() =>
    {
        way();
        return Task.CompletedTask;
    }))]).GetAwaiter().GetResult();
}
