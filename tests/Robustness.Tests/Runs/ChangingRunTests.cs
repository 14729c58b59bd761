using System.Diagnostics;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Runs;

/// <summary>Runs that are asked for at once, inputs that change, and results that do.</summary>
public sealed class ChangingRunTests(StorageFixture storage, ChangingRunTests.Hosted hosted) : IClassFixture<ChangingRunTests.Hosted>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FiveDifferentStartsAtOnce_AllComeOutRight()
    {
        var dataset = await UploadAsync(4);
        var recipes = Enumerable.Range(1, 5).Select(examples => dataset.Recipe(topExamples: examples)).ToList();
        var ids = await Task.WhenAll(recipes.Select(recipe => hosted.Client.StartAsync(dataset.Name, recipe, Cancel)));
        var runs = await Task.WhenAll(ids.Select(id => hosted.Client.WaitAsync(id, Cancel)));
        var stored = new StoredResults(storage.Blobs, hosted.Host.Results);
        var latents = new List<string>();
        foreach (var run in runs)
        {
            Assert.Equal("completed", run.Text("status"));
            var results = await stored.ResultsAsync(run.Text("runId")!, Cancel);
            latents.Add(
                results.Single(file => file.Key.StartsWith("latents/attention_autoencoder_latent/", StringComparison.Ordinal)).Value);
        }

        // What they share is the same; what they were asked to do differently is not.
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Single(latents.Distinct());
        await stored.RequireWholeAsync(Cancel);
    }

    [Fact]
    public async Task TwoRecipesThatShareChunks_ShareTheirResults()
    {
        var dataset = await UploadAsync(3);
        var recipe = dataset.Recipe();
        var first = await hosted.Client.RunAsync(dataset.Name, recipe, Cancel);
        var named = recipe.Replace("\"layers\"", "\"name\": \"other\", \"layers\"", StringComparison.Ordinal);
        var second = await hosted.Client.RunAsync(dataset.Name, named, Cancel);

        Assert.NotEqual(first.Text("runId"), second.Text("runId"));
        Assert.Equal("0", second.Text("result", "chunksComputed"));
        Assert.Equal($"{dataset.Chunks}", second.Text("result", "chunksReused"));
    }

    [Fact]
    public async Task ChangeOfOneShardOfAHundred_ComputesThatShardAlone()
    {
        var dataset = await UploadAsync(100);
        var watch = Stopwatch.StartNew();
        var first = await hosted.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);
        var seconds = watch.Elapsed.TotalSeconds;
        var stored = new StoredResults(storage.Blobs, hosted.Host.Results);
        var mergesBefore = await stored.NamesAsync("merges/", Cancel);
        await dataset.PutShardAsync(storage.Blobs, 50, version: 1, Cancel);

        watch.Restart();
        var second = await hosted.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{seconds:0.0} s for the first run, {watch.Elapsed.TotalSeconds:0.0} s after the change");

        Assert.Equal("completed", second.Text("status"));
        Assert.Equal("200", first.Text("result", "chunksComputed"));
        Assert.Equal($"{dataset.Sequences}", second.Text("result", "chunksComputed"));
        var merges = (await stored.NamesAsync("merges/", Cancel)).Except(mergesBefore).Count(
            name => name.EndsWith("merge.json", StringComparison.Ordinal));

        // One merge of the group's chunks and, since 200 chunks make 13 groups, one of the groups.
        Assert.Equal(2, merges);
    }

    [Fact]
    public async Task InputThatChangesUnderARun_FailsItAndTheNextTakesTheNewVersion()
    {
        var dataset = await UploadAsync(60);
        var id = await hosted.Client.StartAsync(dataset.Name, dataset.Recipe(), Cancel);
        await WaitForPlanAsync(id);
        for (var shard = dataset.Shards - 1; shard >= 0; shard--)
        {
            await dataset.PutShardAsync(storage.Blobs, shard, version: 1, Cancel);
        }

        var run = await hosted.Client.WaitAsync(id, Cancel);
        var next = await hosted.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);

        Assert.Equal("failed", run.Text("status"));
        Assert.Contains("has changed since the run was planned", run.Reason, StringComparison.Ordinal);
        Assert.Contains($"activations/{dataset.Name}/shards/", run.Reason, StringComparison.Ordinal);
        Assert.NotEqual(id, next.Text("runId"));
        Assert.Equal("completed", next.Text("status"));
    }

    [Fact]
    public async Task DamagedResult_IsComputedAnewOnceItsMarkersAreGone()
    {
        var dataset = await UploadAsync(20);
        var run = await hosted.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);
        var stored = new StoredResults(storage.Blobs, hosted.Host.Results);
        var sound = await stored.ResultsAsync(run.Text("runId")!, Cancel);
        var damaged = await stored.AnyChunkOfAsync(run.Text("runId")!, Cancel);

        foreach (var prefix in (string[])[$"{damaged}/", "merges/", $"runs/{run.Text("runId")}/run.json"])
        {
            await stored.DeleteAsync(
            prefix, Cancel);
        }

        var again = await hosted.Client.RunAsync(dataset.Name, dataset.Recipe(), Cancel);

        Assert.Equal(run.Text("runId"), again.Text("runId"));
        Assert.Equal("1", again.Text("result", "chunksComputed"));
        Assert.Equal(sound, await stored.ResultsAsync(run.Text("runId")!, Cancel));
    }

    private Task WaitForPlanAsync(string runId) => Polling.UntilAsync(
        async () =>
            (await hosted.Client.GetAsync($"runs/{runId}", Cancel)).Text("phase") is { } phase and not "planning" ? phase : null, Cancel);

    private async Task<SyntheticDataset> UploadAsync(int shards)
    {
        var dataset = new SyntheticDataset($"concurrent-{Guid.NewGuid():n}", shards);
        await dataset.UploadAsync(storage.Blobs, Cancel);
        return dataset;
    }

    /// <summary>A host that nothing disturbs.</summary>
    public sealed class Hosted(StorageFixture storage) : IAsyncLifetime
    {
        internal RestartableApp Host { get; } = new("concurrent");

        internal AppClient Client => Host.Client;

        public async ValueTask InitializeAsync() => await Host.StartAsync(storage.Azurite.ConnectionString, Cancel);

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
