using System.Diagnostics;
using System.Diagnostics.Metrics;
using AeServerless.LocalHost.Orchestrations;
using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestApp;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class ScaleTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task GroupsOfActivities_Complete_AndLeaveMemory()
    {
        var run = new RunRequest(8, 256);
        var total = run.Groups * run.ItemsInGroup;
        await using var host = await TestHost.StartAsync(new(azurite.ConnectionString, typeof(RunFunctions)), TestContext.Current.CancellationToken);
        var ended = await host.RunToEndAsync(nameof(RunFunctions.Run), run);
        Assert.Equal((long)total * (total - 1) / 2, ended.ReadOutputAs<long>());

        var engine = host.Services.GetRequiredService<OrchestrationEngine>();
        await Eventually.HoldsAsync(() => engine.InMemory == 0);
    }

    [Fact]
    public async Task Invocations_AreTracedAndCounted()
    {
        var name = $"run-{Guid.NewGuid():N}";
        var counted = 0L;
        var traces = new HashSet<ActivityTraceId>();
        using var root = new ActivitySource(name);
        using var spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "AeServerless.LocalHost" || source.Name == name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (traces)
                {
                    if (span.OperationName is "function Work" or "orchestration RunGroup")
                        traces.Add(span.TraceId);
                }
            },
        };
        ActivitySource.AddActivityListener(spans);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "AeServerless.LocalHost", Name: "aeserverless.function.invocations" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        meters.Start();

        await using var host = await TestHost.StartAsync(new(azurite.ConnectionString, typeof(RunFunctions)), TestContext.Current.CancellationToken);
        ActivityTraceId trace;
        using (var span = root.StartActivity("start"))
        {
            trace = span!.TraceId;
            await host.RunToEndAsync(nameof(RunFunctions.Run), new RunRequest(1, 3));
        }

        lock (traces)
            Assert.Contains(trace, traces);
        Assert.True(Interlocked.Read(ref counted) >= 3);
    }
}
