using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AeServerless.LocalHost.Tests.Orchestrations;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Hosting;

public sealed class TelemetryTests(SharedHosts azurite)
{
    [Fact]
    public async Task Invocations_AreTracedAndCounted()
    {
        var host = await azurite.HostAsync();
        var counted = 0L;
        var spans = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AeServerless.LocalHost",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Add(span.OperationName),
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, meter) =>
            {
                if (instrument is { Meter.Name: "AeServerless.LocalHost", Name: "aeserverless.function.invocations" })
                {
                    meter.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        meters.Start();

        await host.RunToEndAsync(nameof(Orchestrators.Child), "x");
        Assert.Contains($"function {nameof(Orchestrators.Echo)}", spans);
        Assert.True(Interlocked.Read(ref counted) >= 1);
    }
}
