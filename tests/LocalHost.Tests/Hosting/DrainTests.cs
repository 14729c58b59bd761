using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Hosting;

public sealed class DrainTests(SharedHosts azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WorkThatEndsInTime_IsFinished()
    {
        var first = await StartAsync(drainSeconds: 60);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(SlowFunctions.CallSlow), 2000, Cancel);
        await Eventually.HoldsAsync(() => Calls.Of($"{id} began") == 1);
        await first.DisposeAsync().AsTask().WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal(1, Calls.Of($"{id} ended"));

        // The answer is in the history: nothing runs again.
        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await second.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal(1, Calls.Of($"{id} began"));
    }

    [Fact]
    public async Task WorkThatTakesLongerThanTheEngineWaits_IsFinished()
    {
        var first = await StartAsync(drainSeconds: 60);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(SlowFunctions.CallSlow), 12_000, Cancel);
        await Eventually.HoldsAsync(() => Calls.Of($"{id} began") == 1);
        await first.DisposeAsync().AsTask().WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal(1, Calls.Of($"{id} ended"));
        Assert.False(first.HasLogged("is handed back"));
    }

    [Fact]
    public async Task WorkThatDoesNot_IsHandedBack()
    {
        var first = await StartAsync(drainSeconds: 0.1);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(SlowFunctions.CallSlow), SlowFunctions.UntilCancelledOnce, Cancel);
        await Eventually.HoldsAsync(() => Calls.Of($"{id} began") == 1);
        await first.DisposeAsync().AsTask().WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal(0, Calls.Of($"{id} ended"));
        Assert.True(first.HasLogged("is handed back"));

        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await second.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal(2, Calls.Of($"{id} began"));
        Assert.Equal(1, Calls.Of($"{id} ended"));
    }

    [Fact]
    public async Task FunctionTimeout_FailsTheActivity()
    {
        await using var host = await TestHost.StartAsync(
            new(azurite.ConnectionString, typeof(SlowFunctions))
            {
                Settings = { ["AzureFunctionsJobHost:functionTimeout"] = "00:00:00.100" },
            }, Cancel);
        var ended = await host.RunToEndAsync(nameof(SlowFunctions.CallSlow), SlowFunctions.UntilCancelledOnce);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("functionTimeout", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopWhileWaitingForStorage_EndsTheStart()
    {
        var port = TestSupport.FreePort.Take(1)[0];
        await using var host = TestHost.Create(new(TestSupport.AzuriteProcess.BuildConnectionString(port, port, port)));
        using var stop = new CancellationTokenSource();
        var starting = host.RunAsync(stop.Token);
        await host.LogsAsync("can't be reached");
        Assert.True(host.HasLogged("Start Azurite"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    private Task<TestHost> StartAsync(double drainSeconds) => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(SlowFunctions)) { Settings = { ["LocalHostDrainSeconds"] = $"{drainSeconds}" } }, Cancel);

    internal static class SlowFunctions
    {
        public const int UntilCancelledOnce = -1;

        [Function(nameof(CallSlow))]
        public static Task CallSlow([OrchestrationTrigger] TaskOrchestrationContext context, int milliseconds) =>
            context.CallActivityAsync("Slow", new SlowInput(context.InstanceId, milliseconds));

        [Function("Slow")]
        public static async Task SlowAsync([ActivityTrigger] SlowInput input, CancellationToken cancellationToken)
        {
            var call = Calls.Add($"{input.Key} began");
            if (input.Milliseconds != UntilCancelledOnce)
            {
                await Task.Delay(input.Milliseconds, cancellationToken);
            }
            else if (call == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            Calls.Add($"{input.Key} ended");
        }

        public sealed record SlowInput(string Key, int Milliseconds);
    }
}
