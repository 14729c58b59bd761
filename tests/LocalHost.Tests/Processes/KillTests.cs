using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestApp;

namespace AeServerless.LocalHost.Tests.Processes;

public sealed class KillTests(SharedHosts azurite)
{
    private readonly AppHub _hub = new(azurite.ConnectionString);

    [Fact]
    public async Task KilledAgainAndAgain_TheRunCompletesWithTheRightResult()
    {
        const int Kills = 2;
        var run = new RunRequest(2, 60, GroupsInFlight: 2, ItemsInFlight: 8, WorkMilliseconds: 4);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var app = _hub.Start();
            using var http = await app.ConnectAsync(_hub.StateFolder);
            if (kill == 0)
            {
                await AppHub.StartRunAsync(http, run);
            }

            // Not before some more work is done, then wherever it happens to be.
            await _hub.WorksAsync(_hub.Journal().Count + 20);
            await app.KillAsync();
        }

        await using var last = _hub.Start();
        using var client = await last.ConnectAsync(_hub.StateFolder);
        _hub.AssertDone(run, await AppHub.ResultAsync(client));
        Assert.Equal(0, await last.TerminateAsync());
    }

    [Fact]
    public async Task Terminated_ExitsWithZero_AndTheNextGoesOnWithoutRepeatingAnything()
    {
        var run = new RunRequest(2, 40, WorkMilliseconds: 10);
        await using var first = _hub.Start();
        using (var http = await first.ConnectAsync(_hub.StateFolder))
        {
            await AppHub.StartRunAsync(http, run);
        }

        await _hub.WorksAsync(10);
        Assert.Equal(0, await first.TerminateAsync());

        await using var second = _hub.Start();
        using var client = await second.ConnectAsync(_hub.StateFolder);
        _hub.AssertDone(run, await AppHub.ResultAsync(client));
        Assert.Equal(0, _hub.Repeated());
    }

    [Fact]
    public async Task BadSettings_ExitWithOneAndSayWhy()
    {
        await using var app = AppProcess.Start(
            new Dictionary<string, string> { ["AzureWebJobsStorage"] = "nonsense", ["LocalHostStateFolder"] = _hub.StateFolder });
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.Contains("Setting 'AzureWebJobsStorage' is not a storage connection string", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownRole_ExitsWithOneAndNamesThoseThereAre()
    {
        await using var app = _hub.Start("--role", "boss");
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.Contains("'role' is 'boss': it must be one of all, control, worker", app.Output, StringComparison.Ordinal);
    }
}
