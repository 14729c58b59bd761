using System.Text.Json;
using AeServerless.Functions.Results;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Cleanup;

public sealed class CleanupTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task ResultsThatNoRunRefersTo_AreRemovedAndTheOthersStay()
    {
        await using var app = await TestApp.StartAsync(TestSettings.Create(azurite.ConnectionString), services => services.AddSingleton(
            provider => new ResultStore(LaterClock.Of(azurite.ConnectionString), provider.GetRequiredService<AppSettings>())));
        var (kept, dropped) = (new TestDataset(app.Storage), new TestDataset(app.Storage));
        await kept.UploadAsync();
        await dropped.UploadAsync();
        var run = await app.RunAsync(kept.Name, TestDataset.Recipe);
        await DropAsync(app, (await app.RunAsync(dropped.Name, TestDataset.Recipe)).GetProperty("runId").GetString()!);
        await app.Storage.UploadAsync("results/chunks/ab/abandoned/totals.safetensors", [1, 2, 3]);
        var before = await app.Storage.ListResultsAsync("");

        var dryRun = await CleanAsync(app, "gc");
        var unchanged = await app.Storage.ListResultsAsync("");
        var applied = await CleanAsync(app, "gc?apply=true");
        var again = await CleanAsync(app, "gc?apply=true");

        Assert.Equal(before, unchanged);
        Assert.False(dryRun.GetProperty("applied").GetBoolean());
        Assert.Equal(12, dryRun.GetProperty("removedResults").GetInt32());
        Assert.Equal(11, dryRun.GetProperty("keptResults").GetInt32());
        Assert.Equal(dryRun.GetProperty("removedResults").GetInt32(), applied.GetProperty("removedResults").GetInt32());
        Assert.Equal(0, again.GetProperty("removedResults").GetInt32());
        Assert.Equal(
            11,
            (await app.Storage.ListResultsAsync("")).Count(
                name => name.EndsWith("/chunk.json", StringComparison.Ordinal) || name.EndsWith("/merge.json", StringComparison.Ordinal)));
        Assert.DoesNotContain("chunks/ab/abandoned/totals.safetensors", await app.Storage.ListResultsAsync("chunks/ab/"));
        await AssertReusesAllAsync(app, kept, run);
    }

    [Fact]
    public async Task RunThatANewerOneReplaced_GoesAfterItsDays()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();
        await app.RunAsync(dataset.Name, TestDataset.Recipe);
        await dataset.UploadManifestAsync();
        await app.RunAsync(dataset.Name, TestDataset.Recipe);

        var all = await CleanAsync(app, "gc");
        var recent = await CleanAsync(app, "gc?retentionDays=7");

        Assert.Equal((2, 0), (all.GetProperty("keptRuns").GetInt32(), all.GetProperty("removedRuns").GetInt32()));
        Assert.Equal((2, 0), (recent.GetProperty("keptRuns").GetInt32(), recent.GetProperty("removedRuns").GetInt32()));
    }

    [Theory]
    [InlineData("gc?apply=perhaps", "query parameter apply")]
    [InlineData("gc?retentionDays=-1", "query parameter retentionDays")]
    public async Task WrongQuery_IsRefused(string path, string subject)
    {
        await using var app = await TestApp.StartAsync(azurite);
        var (status, body) = await app.SendAsync(HttpMethod.Post, path);

        Assert.Equal(400, status);
        Assert.Equal(subject, body.GetProperty("error").GetProperty("subject").GetString());
    }

    private static async Task DropAsync(TestApp app, string runId)
    {
        foreach (var name in await app.Storage.ListResultsAsync($"runs/{runId}/"))
        {
            await app.Storage.DeleteAsync($"results/{name}");
        }
    }

    private static async Task AssertReusesAllAsync(TestApp app, TestDataset dataset, JsonElement run)
    {
        await dataset.UploadManifestAsync();
        var next = await app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.NotEqual(run.GetProperty("runId").GetString(), next.GetProperty("runId").GetString());
        Assert.Equal(10, next.GetProperty("result").GetProperty("chunksReused").GetInt32());
    }

    private static Task<JsonElement> CleanAsync(TestApp app, string path) =>
        app.Client.ReportAsync(path, "gc", TestContext.Current.CancellationToken);
}
