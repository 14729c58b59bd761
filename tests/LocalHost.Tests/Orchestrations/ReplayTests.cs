using Microsoft.DurableTask.Client;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class ReplayTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EveryFeatureInOne_GivesTheSameResult(bool extendedSessions)
    {
        await using var host = await StartAsync(extendedSessions);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Everything), "in", Cancel);
        await host.Client.RaiseEventAsync(id, "GO", "now", Cancel);
        var ended = await host.Client.WaitForInstanceCompletionAsync(id, true, Cancel);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(["in", "a0", "a1", "a2", "a3", "a4", $"c of {id}", "now"], ended.ReadOutputAs<List<string>>()!);
        Assert.Equal("{\"done\":8}", ended.SerializedCustomStatus);
        Assert.Equal("in", ended.ReadInputAs<string>());
        Assert.Single(host.Logs.Lines, line => line.Contains($"begins {id}", StringComparison.Ordinal));
        Assert.Single(host.Logs.Lines, line => line.Contains($"ends {id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TimeAndIds_AreTheSameOnEveryPass()
    {
        await using var host = await StartAsync(extendedSessions: false);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Values));

        var values = ended.ReadOutputAs<List<string>>()!;
        Assert.Equal(3, values.Distinct().Count());
        Assert.All(values, value => Assert.Equal(2, Calls.Of($"{ended.InstanceId} {value}")));
        Assert.Equal(1, Calls.Of($"{ended.InstanceId} begins anew"));
        Assert.Equal(4, Calls.Of($"{ended.InstanceId} begins again"));
    }

    [Fact]
    public async Task InstanceInMemory_RunsItsCodeOnce()
    {
        await using var host = await StartAsync(extendedSessions: true);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Values));
        Assert.Equal(0, Calls.Of($"{ended.InstanceId} begins again"));
    }

    [Fact]
    public async Task RestartedHost_GoesOnWhereTheHistoryEnds()
    {
        var first = await StartAsync(extendedSessions: true);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Everything), "in", Cancel);
        await Eventually.HoldsAsync(async () => await first.Client.GetInstanceAsync($"{id}-child", Cancel) is { IsCompleted: true });
        await first.DisposeAsync();

        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        await second.Client.RaiseEventAsync(id, "go", "later", Cancel);
        var ended = await second.Client.WaitForInstanceCompletionAsync(id, true, Cancel);
        Assert.Equal("later", ended.ReadOutputAs<List<string>>()![^1]);
        Assert.DoesNotContain(second.Logs.Lines, line => line.Contains("begins", StringComparison.Ordinal));
    }

    private Task<TestHost> StartAsync(bool extendedSessions) => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(Orchestrators)) { ExtendedSessions = extendedSessions }, Cancel);
}
