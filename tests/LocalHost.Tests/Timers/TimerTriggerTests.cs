using AeServerless.LocalHost.Storage;
using AeServerless.LocalHost.Tests.Support;
using AeServerless.LocalHost.Timers;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.LocalHost.Tests.Timers;

public sealed class TimerTriggerTests(SharedHosts azurite)
{
    private readonly string _hub = $"T{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EverySecond_RunsAgainAndAgain_Unmonitored()
    {
        await using var host = await StartAsync("* * * * * *");
        await Eventually.HoldsAsync(() => Runs.Count >= 2);
        Assert.All(Runs, timer => Assert.False(timer.IsPastDue));
        Assert.All(Runs, timer => Assert.Null(timer.ScheduleStatus));
    }

    [Fact]
    public async Task MissedRun_IsMadeUpForAtStart()
    {
        var first = await StartAsync("0 0 3 * * *");
        await Eventually.HoldsAsync(async () => await ReadStatesAsync(first) is not null);
        await first.DisposeAsync();
        Assert.Empty(Runs);

        // As if it had last run two days ago.
        var last = DateTime.UtcNow.Date.AddDays(-2).AddHours(3);
        var table = new TableClient(azurite.ConnectionString, $"{_hub}Triggers");
        await table.UpsertEntityAsync(
            new TableEntity("timer", "Nightly") { ["Last"] = last, ["Next"] = last.AddDays(1), ["LastUpdated"] = last },
            TableUpdateMode.Replace, Cancel);

        await using var second = await StartAsync("0 0 3 * * *");
        await Eventually.HoldsAsync(() => Runs.Count > 0);
        var run = Assert.Single(Runs);
        Assert.True(run.IsPastDue);
        Assert.Equal((last, last.AddDays(1)), (run.ScheduleStatus!.Last, run.ScheduleStatus.Next));
        await Eventually.HoldsAsync(async () => (await ReadStatesAsync(second))!.Next > DateTime.UtcNow);
        await second.StopAsync();

        await using var third = await StartAsync("0 0 3 * * *");
        await third.LogsAsync("runs next at");
        Assert.Single(Runs);
    }

    [Theory]
    [InlineData("0 0 3 * *", "is not an NCrontab expression of six fields")]
    [InlineData("0 0 99 * * *", "'0 0 99 * * *' from '%NightlySchedule%'")]
    [InlineData("0 0 3 30 2 *", "with a time to come")]
    [InlineData(null, "Setting 'NightlySchedule' is missing")]
    public async Task BadSchedule_StopsTheStartWithAClearMessage(string? schedule, string message)
    {
        await using var host = await StartAsync(schedule);
        Assert.Contains("Function 'Nightly'", host.ConfigurationError, StringComparison.Ordinal);
        Assert.Contains(message, host.ConfigurationError, StringComparison.Ordinal);
    }

    private List<TimerInfo> Runs => [.. TimerFunctionsUnderTest.Runs.Where(run => run.Hub == _hub).Select(run => run.Timer)];

    private static Task<ScheduleStatus?> ReadStatesAsync(TestHost host) =>
        new TimerStates(host.Services.GetRequiredService<HubStorage>()).ReadAsync("Nightly", Cancel);

    private Task<TestHost> StartAsync(string? schedule) => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(TimerFunctionsUnderTest)) { Hub = _hub, Settings = { ["NightlySchedule"] = schedule } },
        Cancel);
}
