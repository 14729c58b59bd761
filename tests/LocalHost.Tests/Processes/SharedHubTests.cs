using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestApp;

namespace AeServerless.LocalHost.Tests.Processes;

public sealed class SharedHubTests(SharedHosts azurite)
{
    private const string HasTriggers = "This host watches blobs";

    private readonly AppHub _hub = new(azurite.ConnectionString);

    [Fact]
    public async Task OneOfThreeKilled_TheOthersCompleteTheRun()
    {
        var run = new RunRequest(2, 80, GroupsInFlight: 2, ItemsInFlight: 8, WorkMilliseconds: 100);
        await using var first = _hub.Start();
        using var http = await first.ConnectAsync(_hub.StateFolder);
        await first.SaysAsync(HasTriggers);
        await using var second = _hub.Start();
        await using var third = _hub.Start();
        using var other = await third.ConnectAsync(_hub.StateFolder);
        (await second.ConnectAsync(_hub.StateFolder)).Dispose();
        await AppHub.StartRunAsync(http, run);
        await _hub.WorksAsync(40);

        await first.KillAsync();
        _hub.AssertDone(run, await AppHub.ResultAsync(other));
        Assert.Equal(3, _hub.Journal().Select(entry => entry.Process).Distinct().Count());

        // What the first ran at the kill, and what its orchestrators had sent out before they stored that they had.
        Assert.InRange(_hub.Repeated(), 0, _hub.ActivitiesAtOnce + (run.GroupsInFlight * run.ItemsInFlight));

        // Somebody else watches blobs and timers, and one alone.
        await Eventually.HoldsAsync(() => IsWatching(second) || IsWatching(third));
        Assert.NotEqual(IsWatching(second), IsWatching(third));
    }

    [Fact]
    public async Task WorkerKilled_TheControlHostsRunGoesOnWithAnother()
    {
        var run = new RunRequest(1, 60, ItemsInFlight: 8, WorkMilliseconds: 50);
        await using var control = _hub.Start("--role", "control");
        using var http = await control.ConnectAsync(_hub.StateFolder);
        await using var worker = _hub.Start("--role", "worker");
        await AppHub.StartRunAsync(http, run);
        await _hub.WorksAsync(10);
        await worker.KillAsync();

        await using var another = _hub.Start("--role", "worker");
        _hub.AssertDone(run, await AppHub.ResultAsync(http));
        Assert.InRange(_hub.Repeated(), 0, _hub.ActivitiesAtOnce);
        Assert.DoesNotContain(_hub.Journal(), entry => entry.Process == control.Id);
        Assert.DoesNotContain("Listening on", another.Output, StringComparison.Ordinal);
        Assert.Equal(0, await another.TerminateAsync());
    }

    private static bool IsWatching(AppProcess app) => app.Output.Contains(HasTriggers, StringComparison.Ordinal);
}
