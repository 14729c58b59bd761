using System.Text.Json;
using AeServerless.Functions.Tests.Fixtures;

namespace AeServerless.Functions.Tests.Verification;

public sealed class VerificationTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private readonly TestApp _app = fixture.App;

    [Fact]
    public async Task SoundRun_HasNoDifferences()
    {
        var (_, runId) = await RunAsync();

        var report = await VerifyAsync(runId, sample: 100);

        Assert.Equal(10, report.GetProperty("chunks").GetInt32());
        Assert.True(report.GetProperty("files").GetInt32() > 5);
        Assert.Equal(0, report.GetProperty("differenceCount").GetInt32());
    }

    [Fact]
    public async Task ChunkFileThatChanged_IsFoundWithItsFirstByte()
    {
        var (_, runId) = await RunAsync();
        var prefix = await ChunkPrefixAsync(runId);
        var marker = JsonDocument.Parse(await _app.Storage.DownloadAsync($"results/{prefix}/chunk.json")).RootElement;
        var file = marker.GetProperty("files").EnumerateArray().First(
            file => file.GetProperty("name").GetString()!.StartsWith("statistics/", StringComparison.Ordinal));
        var (offset, length) = (file.GetProperty("offset").GetInt32(), file.GetProperty("length").GetInt32());
        var content = await _app.Storage.DownloadAsync($"results/{prefix}/data.bin");
        content[offset + length - 1] ^= 1;
        await _app.Storage.UploadAsync($"results/{prefix}/data.bin", content);

        var difference = Assert.Single((await VerifyAsync(runId, sample: 100)).GetProperty("differences").EnumerateArray());

        Assert.Equal($"{prefix}/{file.GetProperty("name").GetString()}", difference.GetProperty("name").GetString());
        Assert.Equal($"differs from the derived file at byte {length - 1}", difference.GetProperty("problem").GetString());
    }

    [Fact]
    public async Task RunFileThatChanged_IsFound()
    {
        var (_, runId) = await RunAsync();
        await _app.Storage.UploadAsync($"results/runs/{runId}/summary.json", "{}"u8.ToArray());

        var report = await VerifyAsync(runId, sample: 0);

        Assert.Equal(0, report.GetProperty("chunks").GetInt32());
        Assert.Equal(
            $"runs/{runId}/summary.json",
            Assert.Single(report.GetProperty("differences").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task InputThatChangedSince_IsNamed()
    {
        var (dataset, runId) = await RunAsync();
        await dataset.UploadShardAsync(1, await TestShard.CreateAsync(dataset.Seed + 50, TestDataset.Lengths));

        var report = await VerifyAsync(runId, sample: 100);

        Assert.Equal(5, report.GetProperty("differenceCount").GetInt32());
        Assert.All(
            report.GetProperty("differences").EnumerateArray(),
            difference => Assert.Equal(dataset.ShardPath(1), difference.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("runs/run-00000000000000000000000000000000/verify", 404)]
    [InlineData("runs/nothing/verify?sample=1", 404)]
    [InlineData("runs/run-00000000000000000000000000000000/verify?sample=101", 400)]
    public async Task WhatCanNotBeVerified_IsRefused(string path, int expected)
    {
        var (status, _) = await _app.SendAsync(HttpMethod.Post, path);

        Assert.Equal(expected, status);
    }

    private async Task<(TestDataset Dataset, string RunId)> RunAsync()
    {
        var dataset = new TestDataset(_app.Storage);
        await dataset.UploadAsync();
        return (dataset, (await _app.RunAsync(dataset.Name, TestDataset.Recipe)).GetProperty("runId").GetString()!);
    }

    private async Task<string> ChunkPrefixAsync(string runId)
    {
        var run = JsonDocument.Parse(await _app.Storage.DownloadAsync($"results/runs/{runId}/run.json")).RootElement;
        var key = run.GetProperty("chunkResults")[0].GetProperty("key").GetString()!;
        return $"chunks/{key[..2]}/{key}";
    }

    private Task<JsonElement> VerifyAsync(string runId, int sample) => _app.Client.ReportAsync(
        $"runs/{runId}/verify?sample={sample}", $"runs/{runId}/verify", TestContext.Current.CancellationToken);
}
