using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Bench.Orchestration;

/// <summary><c>bench orchestration</c>: what orchestrating a run costs when its chunks cost nothing.</summary>
public static class OrchestrationCommand
{
    private const double Megabyte = 1 << 20;
    private const int HistoriesRead = 8;

    private static readonly Option<int> Chunks = new("--chunks") { Description = "chunks of the run", DefaultValueFactory = _ => 100_000 };
    private static readonly Option<int> ChunksInFlight = new("--in-flight") { Description = "chunks in flight, over all groups", DefaultValueFactory = _ => 64 };

    public static Command Create()
    {
        var command = new Command("orchestration", "Runs the product's orchestrators over activities that return at once: seconds per 1,000 chunks, memory, chunks in flight.") { Chunks, ChunksInFlight };
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments.GetValue(Chunks), arguments.GetValue(ChunksInFlight), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int chunks, int inFlight, CancellationToken cancellationToken)
    {
        var plan = Grouping.Decide(chunks, chunks, inFlight);
        var runId = string.Create(CultureInfo.InvariantCulture, $"{chunks}-{inFlight}-{Guid.NewGuid():N}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{chunks:N0} chunks in {plan.Groups():N0} groups; {plan.GroupsInFlight} groups and {plan.GroupWindow} chunks of each in flight"));

        await using var host = await SimulatedHost.StartAsync(cancellationToken);
        SimulatedProgress.Begin(chunks);
        var watch = Stopwatch.StartNew();
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RunOrchestration), new RunReference(runId, "simulated", ""), new(InstanceId: runId), cancellationToken);
        var run = await host.Client.WaitForInstanceCompletionAsync(runId, getInputsAndOutputs: true, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        var done = run.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? run.ReadOutputAs<RunResult>()!.ChunksComputed : 0;

        using var process = Process.GetCurrentProcess();
        var most = await MostInFlightAsync(host.Client, runId, cancellationToken);
        var tenths = SimulatedProgress.Tenths;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.RuntimeStatus}: {done:N0} chunks in {seconds:0.0} s, {seconds * 1000 / chunks:0.00} s per 1,000; last half over first half {tenths.Skip(5).Sum() / tenths.Take(5).Sum():0.00}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory {process.PeakWorkingSet64 / Megabyte:0} MB; most chunks of a group in flight {most} of {plan.GroupWindow}"));
        return done == chunks && most <= plan.GroupWindow ? 0 : 1;
    }

    /// <summary>The most over some of the groups, spread over the run.</summary>
    private static async Task<int> MostInFlightAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var groups = new List<string>();
        await foreach (var instance in client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: $"group-{runId}-")).WithCancellation(cancellationToken))
        {
            groups.Add(instance.InstanceId);
        }

        using var http = new HttpClient();
        var most = 0;
        foreach (var group in groups.Where((_, i) => i % Math.Max(1, groups.Count / HistoriesRead) == 0))
        {
            most = Math.Max(most, await InFlight.MostAsync(client, group, http, cancellationToken));
        }

        return most;
    }
}
