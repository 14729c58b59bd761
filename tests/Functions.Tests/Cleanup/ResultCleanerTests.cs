using AeServerless.Contracts;
using AeServerless.Functions.Cleanup;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;

namespace AeServerless.Functions.Tests.Cleanup;

public sealed class ResultCleanerTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly ResultStore _store;
    private readonly ResultRepository _results;
    private readonly ResultCleaner _cleaner;
    private readonly HashSet<string> _inFlight = [];

    public ResultCleanerTests(AzuriteFixture azurite)
    {
        var settings = TestSettings.Create(azurite.ConnectionString);
        _store = new ResultStore(new BlobServiceClient(azurite.ConnectionString), TestSettings.Read(settings));
        _results = new ResultRepository(_store);
        _cleaner = new ResultCleaner(new ResultStore(LaterClock.Of(azurite.ConnectionString), TestSettings.Read(settings)), _clock);
    }

    [Fact]
    public async Task ReplacedRun_GoesWithWhatOnlyItNeeded()
    {
        await FinishAsync("run-1", "aa", "bb");
        await FinishAsync("run-2", "bb", "cc");
        await _store.WriteJsonAsync($"{LatestRuns.Root}x.json", new LatestRun("run-2", "run-1"), TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(8));

        var report = await CleanAsync(retentionDays: 7);

        Assert.Equal((1, 1, 2), (report.KeptRuns, report.RemovedRuns, report.RemovedResults));
        Assert.False(await ExistsAsync("aa"));
        Assert.True(await ExistsAsync("bb"));
        Assert.True(await ExistsAsync("cc"));
        Assert.False(await _store.ExistsAsync(RunPaths.Run("run-1"), TestContext.Current.CancellationToken));
        Assert.True(await _store.ExistsAsync(RunPaths.Run("run-2"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunInFlight_KeepsWhatItNeeds()
    {
        await PlanAsync("run-1", "aa");
        _inFlight.Add("run-1");
        _clock.Advance(TimeSpan.FromDays(30));

        var report = await CleanAsync(retentionDays: 7);

        Assert.Equal((1, 0, 0), (report.KeptRuns, report.RemovedRuns, report.RemovedResults));
        Assert.True(await ExistsAsync("aa"));
    }

    [Fact]
    public async Task RunThatFailed_IsKeptForADay()
    {
        await PlanAsync("run-1", "aa");

        Assert.Equal(0, (await CleanAsync(retentionDays: 0)).RemovedResults);
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, (await CleanAsync(retentionDays: 0)).RemovedResults);
    }

    [Fact]
    public async Task ResultClaimedMeanwhile_Stays()
    {
        await WriteAsync("aa");
        await WriteAsync("bb");
        await PlanAsync("run-1", "dd");
        _clock.Advance(TimeSpan.FromDays(2));

        // The run's documents are asked about after results were listed: what happens then is what a run could do meanwhile.
        var report = await _cleaner.CleanAsync(
            new CleanupOptions(Apply: true, RetentionDays: 1),
            async (_, token) => await _results.ClaimAsync(new ResultAddress(ResultKind.Chunk, "aa"), token),
            TestContext.Current.CancellationToken);

        Assert.Equal(1, report.RemovedResults);
        Assert.True(await ExistsAsync("aa"));
        Assert.True(await _store.ExistsAsync("chunks/aa/aa/data.bin", TestContext.Current.CancellationToken));
        Assert.False(await ExistsAsync("bb"));
        Assert.False(await _store.ExistsAsync("chunks/bb/bb/data.bin", TestContext.Current.CancellationToken));
    }

    private Task<bool> ExistsAsync(string key) =>
        _store.ExistsAsync(new ResultAddress(ResultKind.Chunk, key).Marker(), TestContext.Current.CancellationToken);

    private Task<CleanupReport> CleanAsync(int retentionDays) => _cleaner.CleanAsync(
        new CleanupOptions(Apply: true, retentionDays), (runId, _) => Task.FromResult(
            _inFlight.Contains(runId)), TestContext.Current.CancellationToken);

    private async Task FinishAsync(string runId, params string[] chunks)
    {
        await PlanAsync(runId, chunks);
        var merge = MergeTree.Root([.. chunks.Select(key => new ResultAddress(ResultKind.Chunk, key))]);
        await WriteAsync(merge);
        await _store.WriteJsonAsync(RunPaths.Run(runId), new { runId }, TestContext.Current.CancellationToken);
    }

    private async Task PlanAsync(string runId, params string[] chunks)
    {
        await _store.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        var range = new PlannedRange(Shard: 0, FirstRow: 0, Tokens: 1, FirstSequence: 0, SequenceOffset: 0, Sequences: 1);
        await _store.WriteJsonAsync(
            RunPaths.Group(runId, 0), new ChunkGroup(
                [.. chunks.Select(key => new PlannedChunk(key, range))]), TestContext.Current.CancellationToken);
        foreach (var key in chunks)
        {
            await WriteAsync(key);
        }
    }

    private Task WriteAsync(string key) => WriteAsync(new ResultAddress(ResultKind.Chunk, key));

    private Task WriteAsync(ResultAddress part) => _results.WriteAsync(
        part,
        async sink =>
        {
            await using var stream = await sink.CreateAsync("data", TestContext.Current.CancellationToken);
            await stream.WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
            await stream.CompleteAsync(TestContext.Current.CancellationToken);
        },
        parts: null,
        TestContext.Current.CancellationToken);
}
