using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Runs;

/// <summary>Runs of recipes that keep tokens out of statistics.</summary>
public sealed class ExclusionRunTests(AzuriteFixture azurite)
{
    private const string Exclude = "\"exclude\": { \"positions\": [0], \"tokenIds\": [5], \"normAbove\": 1.001 }, \"layers\"";

    [Fact]
    public async Task ExcludedTokens_AreToldByReason_WithEachShardsMedian_WhateverTheChunking()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();
        await dataset.UploadRecipeAsync("some", Recipe(16));
        await dataset.UploadRecipeAsync("whole", Recipe(1_000));

        var (some, run) = await RunAsync(app, dataset, "some");
        var (whole, _) = await RunAsync(app, dataset, "whole");

        var autoencoders = some.GetProperty("autoencoders").EnumerateArray().ToList();
        Assert.Equal(2, autoencoders.Count);
        foreach (var one in autoencoders.Concat(some.GetProperty("scalars").EnumerateArray()))
        {
            var excluded = one.GetProperty("excluded");
            Assert.Equal(2 * TestDataset.Lengths.Length, excluded.GetProperty("positions").GetInt32());
            Assert.Equal(0, excluded.GetProperty("masked").GetInt32());
            Assert.True(excluded.GetProperty("normAbove").GetInt32() > 0);
            Assert.Equal(
                2 * TestDataset.Lengths.Sum(),
                one.GetProperty("tokens").GetInt32() + excluded.EnumerateObject().Sum(reason => reason.Value.GetInt32()));
        }

        Assert.Equal(some.GetProperty("autoencoders").ToString(), whole.GetProperty("autoencoders").ToString());
        Assert.Equal(some.GetProperty("scalars").ToString(), whole.GetProperty("scalars").ToString());
        var told = run.GetProperty("excluded");
        Assert.Equal(5, told.GetProperty("tokens").GetArrayLength());
        Assert.Equal(
            ["shards/00000.safetensors", "shards/00001.safetensors"],
            told.GetProperty("medianNorms").EnumerateArray()
                .Where(
                    norm => norm.GetProperty("autoencoder").GetString() == "mlp_autoencoder_latent"
                        && norm.GetProperty("median").GetDouble() > 0)
                .Select(norm => norm.GetProperty("shard").GetString()!));
    }

    private static string Recipe(int chunkTokens) =>
        TestRecipes.WithChunkTokens(chunkTokens).Replace("\"layers\"", Exclude, StringComparison.Ordinal);

    private static async Task<(JsonElement Summary, JsonElement Run)> RunAsync(TestApp app, TestDataset dataset, string recipe)
    {
        var run = await app.RunAsync(dataset.Name, recipe);
        Assert.True(run.GetProperty("status").GetString() == "completed", run.ToString());
        var prefix = $"results/runs/{run.GetProperty("runId").GetString()}";
        return (await ReadAsync("summary.json"), await ReadAsync("run.json"));

        async Task<JsonElement> ReadAsync(string name) =>
            JsonDocument.Parse(await app.Storage.DownloadAsync($"{prefix}/{name}")).RootElement;
    }
}
