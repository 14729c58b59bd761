using System.Diagnostics;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Statistics;

namespace AeServerless.Bench;

/// <summary>That nothing grows: memory over many chunks, time with tokens.</summary>
internal static class SoakBenchmark
{
    public const int DefaultChunks = 200;
    private const int ChunkTokens = 4096;
    private const int Few = 10_000;
    private const int Many = 1_000_000;

    public static async Task RunAsync(int chunks, Report report, CancellationToken cancellationToken)
    {
        var workload = new Workload(Shape.All.Single(shape => shape.Name == "sample-relu"), ChunkTokens);
        using var run = await EngineRun.CreateAsync(workload, report.Engine, cancellationToken);
        using var writer = new ChunkResultWriter(run.Plan.Outputs, new StatisticsOptions(), RecipeOutputs.Statistics, report.Engine);
        async Task ChunkAsync(int tokens)
        {
            writer.Prepare(default);
            await run.RunAsync(writer, tokens, cancellationToken);
            await writer.CompleteAsync(new DiscardingSink(), cancellationToken);
        }

        Report.Title($"soak: {chunks} chunks of {ChunkTokens} tokens, six scalars and their statistics, sizes of the sample");
        var quarter = new long[4];
        var allocated = 0L;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            if (chunk == chunks / 4)
            {
                allocated = GC.GetTotalAllocatedBytes(precise: true);
            }

            await ChunkAsync(ChunkTokens);
            quarter[Math.Min(3, chunk * 4 / chunks)] = ResidentBytes();
        }

        var chunkBytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)(chunks - (chunks / 4));
        for (var i = 0; i < quarter.Length; i++)
        {
            report.Number("soak", $"resident memory after {(i + 1) * 25} % of the chunks", quarter[i] / 1e6, "MB");
        }

        report.Number("soak", "growth from 25 % to 100 %", 100.0 * (quarter[3] - quarter[0]) / quarter[0], "%");
        report.Number("soak", "managed memory allocated a chunk, for its result, after the first quarter", chunkBytes / 1e3, "kB");

        // The engine alone: a result costs the same whatever its tokens. The many once, after buffers have become as large as they get; as
        // many tokens a few at a time, half of them before and half after, since a machine is not equally fast all the while.
        Task EngineAsync(int tokens) => run.RunAsync(new ComparingConsumer(), tokens, cancellationToken);
        async Task FewsAsync()
        {
            for (var tokens = 0; tokens < Many / 2; tokens += Few)
            {
                await EngineAsync(Few);
            }
        }

        await EngineAsync(Many);
        var fews = await SecondsAsync(FewsAsync);
        allocated = GC.GetTotalAllocatedBytes(precise: true);
        var many = await SecondsAsync(() => EngineAsync(Many));
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        fews += await SecondsAsync(FewsAsync);
        var few = fews / (Many / Few);
        report.Time("soak", $"{Few:N0} tokens", few, Few);
        report.Time("soak", $"{Many:N0} tokens", many, Many);
        report.Number("soak", "managed bytes allocated a token, of the many", (double)allocated / Many, "B");
        report.Number("soak", "tokens/s, many / few", Many / many / (Few / few), "x");
    }

    private static async Task<double> SecondsAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static long ResidentBytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
