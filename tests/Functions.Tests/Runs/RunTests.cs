using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Runs;

public sealed class RunTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task RequestOverHttp_ComputesMergesAndFinishes()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();

        var run = await app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var result = run.GetProperty("result");
        Assert.Equal(120, result.GetProperty("tokens").GetInt64());
        Assert.Equal(result.GetProperty("chunks").GetInt32(), result.GetProperty("chunksComputed").GetInt32());
        Assert.Equal(run.GetProperty("chunksTotal").GetInt32(), run.GetProperty("chunksDone").GetInt32());
        var provenance = JsonDocument.Parse(await app.Storage.DownloadAsync($"results/runs/{run.GetProperty("runId").GetString()}/run.json")).RootElement;
        Assert.Equal(dataset.Name, provenance.GetProperty("dataset").GetString());
    }
}
