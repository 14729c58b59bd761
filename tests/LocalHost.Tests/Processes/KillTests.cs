using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AeServerless.LocalHost.Tests.Support;
using AeServerless.TestApp;

namespace AeServerless.LocalHost.Tests.Processes;

public sealed class KillTests(AzuriteFixture azurite)
{
    private readonly string _state = Directory.CreateTempSubdirectory("local-host-tests-").FullName;
    private readonly string _journal = Directory.CreateTempSubdirectory("local-host-tests-").FullName;
    private readonly string _hub = $"T{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledAgainAndAgain_TheRunCompletesWithTheRightResult()
    {
        const int Kills = 8;
        var run = new RunRequest(6, 60, WorkMilliseconds: 4);
        var total = run.Groups * run.ItemsInGroup;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var app = Start();
            using var http = await ConnectAsync(app);
            if (kill == 0)
                await StartRunAsync(http, run);

            // Not before some more work is done, then wherever it happens to be.
            var done = Done().Count;
            await Eventually.HoldsAsync(() => Done().Count > Math.Min(done + (total / (Kills + 2)), total - 1));
            await app.KillAsync();
        }

        await using var last = Start();
        using var client = await ConnectAsync(last);
        var status = await CompletedAsync(client);
        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal((long)total * (total - 1) / 2, status.GetProperty("output").GetInt64());
        Assert.Equal(Enumerable.Range(0, total).Select(item => (long)item), Done().Order());
        Assert.Equal(0, await last.TerminateAsync());
    }

    [Fact]
    public async Task Terminated_ExitsWithZero_AndTheNextGoesOn()
    {
        var run = new RunRequest(2, 100, WorkMilliseconds: 10);
        await using var first = Start();
        using (var http = await ConnectAsync(first))
            await StartRunAsync(http, run);
        await Eventually.HoldsAsync(() => Done().Count > 20);

        // It waits while the first owns the hub.
        await using var second = Start();
        await Eventually.HoldsAsync(() => second.Output.Contains("is owned by", StringComparison.Ordinal));
        Assert.Equal(0, await first.TerminateAsync());

        using var client = await ConnectAsync(second);
        Assert.Equal("Completed", (await CompletedAsync(client)).GetProperty("runtimeStatus").GetString());

        // A graceful stop repeats nothing.
        Assert.Equal(200, Directory.GetFiles(_journal).Length);
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task TerminatedWhileItWaits_ExitsWithZero()
    {
        await using var first = Start();
        using var http = await ConnectAsync(first);
        await using var second = Start();
        await Eventually.HoldsAsync(() => second.Output.Contains("is owned by", StringComparison.Ordinal));
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task BadSettings_ExitWithOneAndSayWhy()
    {
        await using var app = AppProcess.Start(new Dictionary<string, string> { ["AzureWebJobsStorage"] = "nonsense", ["LocalHostStateFolder"] = _state });
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.Contains("Setting 'AzureWebJobsStorage' is not a storage connection string", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", app.Output, StringComparison.Ordinal);
    }

    private AppProcess Start() => AppProcess.Start(new Dictionary<string, string>
    {
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
        ["LocalHostStateFolder"] = _state,
        ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = _hub,
        ["AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions"] = "4",
        [RunFunctions.JournalSetting] = _journal,
    });

    private async Task<HttpClient> ConnectAsync(AppProcess app)
    {
        var key = Path.Combine(_state, "http.key");
        await Eventually.HoldsAsync(() => File.Exists(key) || app.Output.Contains("Critical", StringComparison.Ordinal));
        return await app.ConnectAsync(await File.ReadAllTextAsync(key, Cancel));
    }

    private static async Task StartRunAsync(HttpClient http, RunRequest run)
    {
        var response = await http.PostAsJsonAsync("/api/start/run", run, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static async Task<JsonElement> CompletedAsync(HttpClient http)
    {
        while (true)
        {
            var response = await http.GetAsync("/runtime/webhooks/durabletask/instances/run", Cancel);
            if (response.StatusCode == HttpStatusCode.OK)
                return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>Items whose activity ran, once each however often it did.</summary>
    private HashSet<long> Done() => [.. Directory.GetFiles(_journal).Select(file => long.Parse(Path.GetFileName(file).Split('-')[1], CultureInfo.InvariantCulture))];
}
