using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Runs;

public sealed class RunTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task RequestOverHttp_ComputesMergesAndFinishes()
    {
        var dataset = await UploadAsync();

        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var result = run.GetProperty("result");
        Assert.Equal(120, result.GetProperty("tokens").GetInt64());
        Assert.Equal((10, 10, 0), Counts(run));
        Assert.Equal((10, 10), (run.GetProperty("chunksDone").GetInt32(), run.GetProperty("chunksTotal").GetInt32()));
        Assert.Equal("done", run.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Provenance_NamesEverythingThatTheResultsDependOn()
    {
        var dataset = await UploadAsync();

        var provenance = await ProvenanceAsync(await _app.RunAsync(dataset.Name, TestDataset.Recipe));

        Assert.Equal(dataset.Name, provenance.GetProperty("dataset").GetString());
        Assert.Equal(
            [
                $"activations/{dataset.Name}/manifest.json", dataset.ShardPath(0), dataset.ShardPath(1),
                "autoencoders/dev-1/mlp_post_act/0.safetensors", "autoencoders/dev-1/resid_delta_attn/0.safetensors",
                "models/dev-1/config.json", "models/dev-1/model.safetensors",
            ],
            provenance.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("path").GetString()));
        Assert.All(provenance.GetProperty("inputs").EnumerateArray(), input => Assert.NotEqual("", input.GetProperty("eTag").GetString()));
        Assert.Equal(10, provenance.GetProperty("chunkResults").GetArrayLength());
        Assert.All(
            provenance.GetProperty("sources").EnumerateArray(),
            source => Assert.Equal("recorded", source.GetProperty("source").GetString()));
        Assert.Contains(provenance.GetProperty("results").EnumerateArray(), file => file.GetProperty("name").GetString() == "summary.json");
        Assert.DoesNotContain("AccountKey", provenance.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Provenance_SaysHowLatentsWereScreened()
    {
        var dataset = await UploadAsync();

        var provenance = await ProvenanceAsync(await _app.RunAsync(dataset.Name, TestDataset.Recipe));

        var screenings = provenance.GetProperty("screenings").EnumerateArray().Select(screening => screening.GetString()!).ToList();
        Assert.NotEmpty(screenings);
        Assert.All(screenings, screening => Assert.Contains(screening, (string[])["bfloat16", "float32", "int16", "int8"]));
        Assert.Equal(screenings.Distinct().Order(StringComparer.Ordinal), screenings);
    }

    [Fact]
    public async Task SameRequestTwice_IsOneRun()
    {
        var dataset = await UploadAsync();

        var first = await _app.StartRunAsync(dataset.Name, TestDataset.Recipe);
        await _app.WaitAsync(first);
        var second = await _app.StartRunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task TwentyRequestsAtOnce_AreOneRun()
    {
        var dataset = await UploadAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _app.StartRunAsync(dataset.Name, TestDataset.Recipe)));

        Assert.Single(runs.Distinct());
        Assert.Equal((10, 10, 0), Counts(await _app.WaitAsync(runs[0])));
    }

    [Fact]
    public async Task OneChunkOrMany_HaveTheSameResults()
    {
        var dataset = await UploadAsync();
        var many = await RunInlineAsync(dataset, TestRecipes.WithChunkTokens(1));
        var one = await RunInlineAsync(dataset, TestRecipes.WithChunkTokens(100_000));

        Assert.Equal((20, 20, 0), Counts(many));
        Assert.Equal((2, 2, 0), Counts(one));
        Assert.Equal(await ResultsAsync(one), await ResultsAsync(many));
    }

    [Fact]
    public async Task DatasetUploadedAgain_ComputesNothing()
    {
        var dataset = await UploadAsync();
        var first = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        await dataset.UploadAsync();

        var second = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.NotEqual(first.GetProperty("runId").GetString(), second.GetProperty("runId").GetString());
        Assert.Equal((10, 0, 10), Counts(second));
        Assert.Equal(await ResultsAsync(first), await ResultsAsync(second));
    }

    [Fact]
    public async Task ShardChanged_ComputesItsChunksAndSaysWhy()
    {
        var dataset = await UploadAsync();
        var first = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        await dataset.UploadShardAsync(1, await TestShard.CreateAsync(dataset.Seed + 77, TestDataset.Lengths));

        var second = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal((10, 5, 5), Counts(second));
        var provenance = await ProvenanceAsync(second);
        var changes = provenance.GetProperty("changes");
        Assert.Equal(first.GetProperty("runId").GetString(), changes.GetProperty("previousRun").GetString());
        Assert.Equal([dataset.ShardPath(1)], changes.GetProperty("changed").EnumerateArray().Select(path => path.GetString()));
        foreach (var chunk in provenance.GetProperty("chunkResults").EnumerateArray())
        {
            var changed = chunk.GetProperty("shard").GetString() == dataset.ShardPath(1);
            Assert.Equal(!changed, chunk.GetProperty("reused").GetBoolean());
            Assert.Equal(changed ? $"{dataset.ShardPath(1)} changed" : null, changed ? chunk.GetProperty("because").GetString() : null);
        }
    }

    [Fact]
    public async Task RunThatFailed_StartsAgainUnderItsId()
    {
        var dataset = await UploadAsync();
        var shard = await _app.Storage.DownloadAsync(dataset.ShardPath(1));
        await _app.Storage.DeleteAsync(dataset.ShardPath(1));
        var failed = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        var again = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        await dataset.UploadShardAsync(1, shard);
        var healed = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Equal(failed.GetProperty("runId").GetString(), again.GetProperty("runId").GetString());
        Assert.True(again.GetProperty("createdAt").GetDateTimeOffset() > failed.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal("completed", healed.GetProperty("status").GetString());
    }

    [Fact]
    public async Task NonFiniteActivations_AreCountedAndNotSpread()
    {
        var dataset = await UploadAsync();
        await dataset.UploadShardAsync(
            1, await TestShard.CreateAsync(dataset.Seed + 1, TestDataset.Lengths, neurons => neurons[3 * TestShard.Neurons] = float.NaN));

        var run = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var path = $"results/runs/{run.GetProperty("runId").GetString()}/summary.json";
        var summary = JsonDocument.Parse(await _app.Storage.DownloadAsync(path)).RootElement;
        var autoencoder = summary.GetProperty("autoencoders").EnumerateArray().Single(
            a => a.GetProperty("autoencoder").GetString() == "mlp_autoencoder_latent");
        Assert.Equal(1, autoencoder.GetProperty("nonFiniteTokens").GetInt64());
        Assert.Equal(119, autoencoder.GetProperty("tokens").GetInt64());
        Assert.True(double.IsFinite(autoencoder.GetProperty("meanSquaredError").GetDouble()));
    }

    [Fact]
    public async Task DataWithoutMarker_IsNoResult()
    {
        var dataset = await UploadAsync();
        var first = await _app.RunAsync(dataset.Name, TestDataset.Recipe);
        var expected = await ResultsAsync(first);
        var chunks = (await ProvenanceAsync(first)).GetProperty("chunkResults").EnumerateArray().Select(
            chunk => chunk.GetProperty("key").GetString()!).ToList();
        var prefix = $"results/chunks/{chunks[3][..2]}/{chunks[3]}";
        await _app.Storage.DeleteAsync($"{prefix}/chunk.json");
        await _app.Storage.UploadAsync($"{prefix}/totals.safetensors", [1, 2, 3]);
        foreach (var merge in await _app.Storage.ListResultsAsync("merges/"))
        {
            await _app.Storage.DeleteAsync($"results/{merge}");
        }

        await dataset.UploadManifestAsync();
        var second = await _app.RunAsync(dataset.Name, TestDataset.Recipe);

        Assert.Equal((10, 1, 9), Counts(second));
        Assert.Equal(expected, await ResultsAsync(second));
    }

    private static (int Chunks, int Computed, int Reused) Counts(JsonElement run)
    {
        Assert.True(run.TryGetProperty("result", out var result), run.ToString());
        return (
            result.GetProperty("chunks").GetInt32(),
            result.GetProperty("chunksComputed").GetInt32(),
            result.GetProperty("chunksReused").GetInt32());
    }

    private async Task<TestDataset> UploadAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        return dataset;
    }

    private async Task<JsonElement> RunInlineAsync(TestDataset dataset, string recipe)
    {
        var (status, body) = await _app.SendAsync(HttpMethod.Post, "runs", $$"""{ "dataset": "{{dataset.Name}}", "recipe": {{recipe}} }""");
        Assert.True(status == 202, body.ToString());
        return await _app.WaitAsync(body.GetProperty("runId").GetString()!);
    }

    private async Task<JsonElement> ProvenanceAsync(JsonElement run)
    {
        var content = await _app.Storage.DownloadAsync($"results/runs/{run.GetProperty("runId").GetString()}/run.json");
        return JsonDocument.Parse(content).RootElement;
    }

    /// <summary>The run's results, without the documents that say how they were made.</summary>
    private async Task<SortedDictionary<string, string>> ResultsAsync(JsonElement run)
    {
        var files = await _app.Storage.ReadResultsAsync($"runs/{run.GetProperty("runId").GetString()}/");
        var results = files.Where(
            file => !file.Key.StartsWith("groups/", StringComparison.Ordinal) && file.Key is not (
                "run.json" or "plan.json" or "request.json"));
        return new(
            results.ToDictionary(file => file.Key, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file.Value))),
            StringComparer.Ordinal);
    }
}
