using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class ReplayTests(SharedHosts azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EveryFeatureInOne_GivesTheSameResult(bool extendedSessions)
    {
        var host = await azurite.HostAsync(extendedSessions);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Everything), "in", Cancel);
        await host.Client.RaiseEventAsync(id, "GO", "now", Cancel);
        var ended = await host.EndOfAsync(id);

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
        var host = await azurite.HostAsync(extendedSessions: false);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Values));

        var values = ended.ReadOutputAs<List<string>>()!;
        Assert.Equal(3, values.Distinct().Count());
        Assert.All(values, value => Assert.Equal(2, Calls.Of($"{ended.InstanceId} {value}")));
        Assert.Equal(1, Calls.Of($"{ended.InstanceId} begins anew"));
        Assert.Equal(4, Calls.Of($"{ended.InstanceId} begins again"));
    }

    [Fact]
    public async Task RestartedHost_GoesOnWhereTheHistoryEnds()
    {
        var first = await TestHost.StartAsync(new(azurite.ConnectionString, typeof(Orchestrators)), Cancel);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Everything), "in", Cancel);
        await first.BecomesAsync($"{id}-child", OrchestrationRuntimeStatus.Completed);
        await first.DisposeAsync();

        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        await second.Client.RaiseEventAsync(id, "go", "later", Cancel);
        var ended = await second.EndOfAsync(id);
        Assert.Equal("later", ended.ReadOutputAs<List<string>>()![^1]);
        Assert.False(second.HasLogged("begins"));
    }
}
