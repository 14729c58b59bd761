using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Triggers;

public sealed class TriggerTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Upload_RunsTheRecipesWhosePatternsMatch()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadRecipeAsync("other", TestRecipes.ForDatasets("other-*"));
        await dataset.UploadRecipeAsync("broken", "not JSON");
        await dataset.UploadRecipeAsync("matching", TestRecipes.ForDatasets(dataset.Name));
        await dataset.UploadAsync();

        var run = await WaitForRunAsync(app, dataset.Name);

        Assert.Equal("matching", run.GetProperty("recipe").GetString());
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
    }

    [Fact]
    public async Task UploadOfABrokenManifest_FailsARunWithTheReason()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadRecipeAsync("matching", TestRecipes.ForDatasets(dataset.Name));
        await app.Storage.UploadAsync(dataset.ManifestPath, "{ \"schema\": \"ae-serverless/dataset/1\""u8.ToArray());

        var run = await WaitForRunAsync(app, dataset.Name);

        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.StartsWith(dataset.ManifestPath, run.GetProperty("error").GetProperty("subject").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timer_RunsEveryRecipeOverEveryDatasetItIsFor()
    {
        var settings = TestSettings.Create(
            azurite.ConnectionString, ("LocalHostBlobPollSeconds", "3600"), ("NightlySchedule", "* * * * * *"));
        await using var app = await TestApp.StartAsync(settings, static _ => { });
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();
        await dataset.UploadRecipeAsync("nightly", TestRecipes.ForDatasets(dataset.Name));

        var run = await WaitForRunAsync(app, dataset.Name);

        Assert.Equal("nightly", run.GetProperty("recipe").GetString());
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
    }

    private static async Task<JsonElement> WaitForRunAsync(TestApp app, string dataset)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var runId = await Polling.UntilAsync(
            async () =>
            {
                var runs = (await app.Client.GetAsync($"runs?dataset={dataset}", cancellationToken)).Json.GetProperty("runs");
                return runs.GetArrayLength() > 0 ? runs[0].GetProperty("runId").GetString() : null;
            },
            cancellationToken);
        return await app.WaitAsync(runId);
    }
}
