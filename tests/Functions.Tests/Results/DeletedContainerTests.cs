using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Results;

/// <summary>Somebody removes the container of results under a running app.</summary>
public sealed class DeletedContainerTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task NextRun_MakesItAgain()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();
        Assert.Equal("completed", (await app.RunAsync(dataset.Name, TestDataset.Recipe)).GetProperty("status").GetString());

        await app.Storage.Results.DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);
        var run = await app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        Assert.NotEmpty(await app.Storage.ListResultsAsync($"runs/{run.GetProperty("runId").GetString()}/run.json"));
    }

    [Fact]
    public async Task Health_TellsWhatTheNextRequestMeets()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();
        Assert.Equal("completed", (await app.RunAsync(dataset.Name, TestDataset.Recipe)).GetProperty("status").GetString());

        await app.Storage.Results.DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);
        var (status, _) = await app.SendAsync(HttpMethod.Get, "health");

        Assert.Equal(200, status);
        Assert.True(await app.Storage.Results.ExistsAsync(TestContext.Current.CancellationToken));
        Assert.Equal("completed", (await app.RunAsync(dataset.Name, TestDataset.Recipe)).GetProperty("status").GetString());
    }
}
