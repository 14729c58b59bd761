using System.Diagnostics;

namespace AeServerless.Bench;

/// <summary>That nothing grows: memory over many chunks, time with tokens.</summary>
internal static class SoakBenchmark
{
    public const int DefaultChunks = 200;
    private const int ChunkTokens = 4096;
    private const int Few = 10_000;
    private const int Many = 1_000_000;

    public static void Run(int chunks, Report report)
    {
        var workload = new Workload(Shape.All.Single(shape => shape.Name == "sample-relu"), ChunkTokens);
        using var run = PlanRun.CreateAsync(workload, CancellationToken.None).GetAwaiter().GetResult();
        var consumer = new ComparingConsumer();
        void Chunk(int tokens) => run.RunAsync(consumer, tokens, CancellationToken.None).GetAwaiter().GetResult();

        Report.Title($"soak: {chunks} chunks of {ChunkTokens} tokens, six scalars, sizes of the sample");
        var quarter = new long[4];
        var allocated = 0L;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            if (chunk == chunks / 4)
            {
                allocated = GC.GetTotalAllocatedBytes(precise: true);
            }

            Chunk(ChunkTokens);
            quarter[Math.Min(3, chunk * 4 / chunks)] = ResidentBytes();
        }

        var steady = (double)(chunks - (chunks / 4)) * ChunkTokens;
        for (var i = 0; i < quarter.Length; i++)
        {
            report.Number("soak", $"resident memory after {(i + 1) * 25} % of the chunks", quarter[i] / 1e6, "MB");
        }

        report.Number("soak", "growth from 25 % to 100 %", 100.0 * (quarter[3] - quarter[0]) / quarter[0], "%");
        report.Number("soak", "managed bytes allocated a token, after the first quarter", (GC.GetTotalAllocatedBytes(precise: true) - allocated) / steady, "B");

        // In turns; the many once, since they are a hundred times the few.
        var few = Enumerable.Range(0, 5).Select(_ => Seconds(() => Chunk(Few))).Order().ElementAt(2);
        var many = Seconds(() => Chunk(Many));
        report.Time("soak", $"{Few:N0} tokens", few, Few);
        report.Time("soak", $"{Many:N0} tokens", many, Many);
        report.Number("soak", "tokens/s, many / few", Many / many / (Few / few), "x");
    }

    private static double Seconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static long ResidentBytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
