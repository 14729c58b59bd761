using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AeServerless.Contracts;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.LocalHost.Durable;
using Microsoft.DurableTask.Client;

namespace AeServerless.Bench.Orchestration;

/// <summary><c>bench orchestration</c>: what orchestrating a run costs when its chunks cost nothing.</summary>
public static class OrchestrationCommand
{
    private const double Megabyte = 1 << 20;
    private const int Activities = 16;
    private const int HistoriesRead = 8;

    private static readonly Option<int> Chunks = new("--chunks") { Description = "chunks of the run", DefaultValueFactory = _ => 2_000 };
    private static readonly Option<int> ChunksInFlight =
        new("--in-flight") { Description = "chunks in flight, over all groups", DefaultValueFactory = _ => 64 };

    private static readonly Option<int> IdleSeconds =
        new("--idle") { Description = "seconds over which the idle host is measured; 0 leaves it out", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        var command = new Command(
            "orchestration",
            "The product's orchestrators over chunks that cost nothing: chunks a second, processor time, idle cost, latencies.")
        {
            Chunks,
            ChunksInFlight,
            IdleSeconds,
        };
        command.SetAction((arguments, cancellationToken) => RunAsync(
            arguments.GetValue(Chunks), arguments.GetValue(ChunksInFlight), TimeSpan.FromSeconds(
                arguments.GetValue(IdleSeconds)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int chunks, int inFlight, TimeSpan idle, CancellationToken cancellationToken)
    {
        await using var host = await SimulatedHost.StartAsync(Activities, cancellationToken);

        // Warms up the code and the connections.
        await MeasureAsync(host, chunks: 32, inFlight, cancellationToken);

        if (idle > TimeSpan.Zero)
        {
            await MeasureIdleAsync(host, idle, cancellationToken);
        }

        // One after the other: what lies between two chunks is the engine's alone.
        var alone = await MeasureAsync(host, chunks: 40, inFlight: 1, cancellationToken);
        Print(
            $"One chunk in flight, after being idle: the first {SimulatedProgress.FirstChunk:0.00} s after the start, each next ",
            $"{SimulatedProgress.ToTheNext * 1000:0} ms after the one before");

        var before = host.ProcessorTime();
        var run = await MeasureAsync(host, chunks, inFlight, cancellationToken);
        var after = host.ProcessorTime();
        var most = await MostInFlightAsync(host.Client, run.Id, cancellationToken);
        var isWhole = alone.IsWhole && run.IsWhole && most <= run.Plan.GroupWindow;
        var seconds = run.Seconds;
        using var process = Process.GetCurrentProcess();
        Print(
            $"{(isWhole ? "Completed" : "Not completed")}: {chunks:N0} chunks, {inFlight} in flight, {Activities} at once: ",
            $"{seconds:0.0} s, {chunks / seconds:0.0} chunks/s; last half over first half {SimulatedProgress.LastHalfOverFirst:0.00}");
        Print(
            $"Processor time a chunk: app {(after.App - before.App).TotalMilliseconds / chunks:0.0} ms, Azurite ",
            $"{(after.Azurite - before.Azurite).TotalMilliseconds / chunks:0.0} ms");
        Print($"Peak memory {process.PeakWorkingSet64 / Megabyte:0} MB; most chunks of a group in flight {most} of {run.Plan.GroupWindow}");
        return isWhole ? 0 : 1;
    }

    private static async Task MeasureIdleAsync(SimulatedHost host, TimeSpan time, CancellationToken cancellationToken)
    {
        // The runtime compiles what it has seen often for some seconds more.
        await Task.Delay(time, cancellationToken);
        var before = host.ProcessorTime();
        await Task.Delay(time, cancellationToken);
        var after = host.ProcessorTime();
        Print($"Idle: app {(after.App - before.App) / time:0.0 %}, Azurite {(after.Azurite - before.Azurite) / time:0.0 %} of a core");
    }

    private static async Task<RunSeen> MeasureAsync(SimulatedHost host, int chunks, int inFlight, CancellationToken cancellationToken)
    {
        var plan = GroupSizing.Decide(chunks, chunks, inFlight);
        Print(
            $"{chunks:N0} chunks in {plan.Groups():N0} groups; {plan.GroupsInFlight} groups and {plan.GroupWindow} chunks of each ",
            $"in flight");
        var runId = string.Create(CultureInfo.InvariantCulture, $"{chunks}-{inFlight}-{Guid.NewGuid():N}");
        SimulatedProgress.Begin(chunks);
        var watch = Stopwatch.StartNew();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RunOrchestration), new RunReference(runId, "simulated", ""), new(InstanceId: runId), cancellationToken);
        var run = await host.Client.WaitForInstanceCompletionAsync(runId, getInputsAndOutputs: true, cancellationToken);
        var isWhole = run.RuntimeStatus == OrchestrationRuntimeStatus.Completed && run.ReadOutputAs<RunFigures>()!.ChunksComputed == chunks;
        return new RunSeen(runId, plan, watch.Elapsed.TotalSeconds, isWhole);
    }

    /// <summary>The most over some of the groups, spread over the run.</summary>
    private static async Task<int> MostInFlightAsync(LocalDurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var groups = new List<string>();
        await foreach (
            var instance in client.GetAllInstancesAsync(
                new OrchestrationQuery(InstanceIdPrefix: $"group-{runId}-")).WithCancellation(cancellationToken))
        {
            groups.Add(instance.InstanceId);
        }

        var most = 0;
        foreach (var group in groups.Where((_, i) => i % Math.Max(1, groups.Count / HistoriesRead) == 0))
        {
            most = Math.Max(most, InFlight.Most(await client.ReadHistoryAsync(group)));
        }

        return most;
    }

    private static void Print(FormattableString text, FormattableString? rest = null) =>
        Console.WriteLine(FormattableString.Invariant(text) + (rest is null ? "" : FormattableString.Invariant(rest)));

    private sealed record RunSeen(string Id, GroupSizing Plan, double Seconds, bool IsWhole);
}
