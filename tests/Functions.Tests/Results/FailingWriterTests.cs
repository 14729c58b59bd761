using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Tests.Fixtures;
using AeServerless.Functions.Verification;
using AeServerless.TestSupport;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.DependencyInjection;

namespace AeServerless.Functions.Tests.Results;

/// <summary>Whoever writes a file fails in its middle: nothing is under the file's name.</summary>
public sealed class FailingWriterTests(AzuriteFixture azurite)
{
    /// <summary>More than a block, so that some of the file is in storage already.</summary>
    private const int Large = 9 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Blob_DoesNotAppear(int bytes)
    {
        var (_, storage) = await OpenAsync();
        var blob = storage.Results.GetBlockBlobClient("a.bin");

        await FailAsync(() => ValueTask.FromResult<ResultStream>(new BlobUploadStream(blob, Cancel)), bytes);

        Assert.Empty(await storage.ListResultsAsync(""));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Blob_ThatIsComplete_HasEveryByte(int bytes)
    {
        var (_, storage) = await OpenAsync();
        var content = new byte[bytes];
        new Random(1).NextBytes(content);

        await using (var stream = new BlobUploadStream(storage.Results.GetBlockBlobClient("a.bin"), Cancel))
        {
            await stream.WriteAsync(content, Cancel);
            await stream.CompleteAsync(Cancel);
        }

        Assert.Equal(content, await storage.DownloadAsync("results/a.bin"));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task FileForUsers_DoesNotAppear_AndIsNotCounted(int bytes)
    {
        var (store, storage) = await OpenAsync();
        var sink = store.Sink("runs/r");

        await FailAsync(() => sink.CreateAsync("summary.json", Cancel), bytes);

        Assert.Empty(sink.Files);
        Assert.Empty(await storage.ListResultsAsync(""));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task FileOfAResult_LeavesNeitherDataNorMarker(int bytes)
    {
        var (store, storage) = await OpenAsync();
        var part = new ResultAddress(ResultKind.Chunk, TestNames.Next("cut"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => new ResultRepository(store).WriteAsync(
            part,
            async sink =>
            {
                await using (var whole = await sink.CreateAsync("whole", Cancel))
                {
                    await whole.WriteAsync(new byte[10], Cancel);
                    await whole.CompleteAsync(Cancel);
                }

                await using var cut = await sink.CreateAsync("cut", Cancel);
                await cut.WriteAsync(new byte[bytes], Cancel);
                throw new InvalidOperationException("in the middle");
            },
            parts: null,
            Cancel));

        Assert.Empty(await storage.ListResultsAsync(""));
    }

    [Fact]
    public async Task ResultWithAnUnfinishedFile_IsNotCommitted_ThoughItsWriterSaysNothing()
    {
        var (store, storage) = await OpenAsync();
        var part = new ResultAddress(ResultKind.Chunk, TestNames.Next("cut"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => new ResultRepository(store).WriteAsync(
            part,
            async sink =>
            {
                await using var cut = await sink.CreateAsync("cut", Cancel);
                await cut.WriteAsync(new byte[10], Cancel);
            },
            parts: null,
            Cancel));

        Assert.Empty(await storage.ListResultsAsync(""));
    }

    [Fact]
    public async Task FileThatIsComparedWithAStoredOne_IsNotCalledDifferent()
    {
        var stored = new MemoryByteSource("stored", new byte[100]);
        var differences = new List<string>();

        await FailAsync(
            () => ValueTask.FromResult<ResultStream>(new ComparisonStream(stored, new ResultFile("a", 100, "hash"), differences.Add)), 10);

        Assert.Empty(differences);
    }

    [Fact]
    public async Task RunDocument_DoesNotAppear_WhenAGroupOfItIsGone()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var dataset = new TestDataset(app.Storage);
        await dataset.UploadAsync();
        var run = await app.RunAsync(dataset.Name, TestDataset.Recipe);
        var runId = run.GetProperty("runId").GetString()!;
        await app.Storage.DeleteAsync($"results/{RunPaths.Run(runId)}");
        await app.Storage.DeleteAsync($"results/{RunPaths.Group(runId, 0)}");
        var store = app.Services.GetRequiredService<ResultStore>();
        var documents = new RunDocuments(store);
        var writer = new ProvenanceWriter(
            documents, store, new LatestRuns(store), app.Services.GetRequiredService<AppSettings>(), TimeProvider.System);
        var plan = await documents.PlanAsync(runId, Cancel);

        await Assert.ThrowsAsync<InvalidInputException>(() => writer.WriteAsync(
            new FinishRequest(runId, default, default, default, new ChunkTotals()),
            new RunFigures(runId, "", 1, 1, 0, 1, 1),
            plan,
            [],
            new RunSummary(dataset.Name, null, 1, 1, [], []),
            Cancel));

        Assert.Empty(await app.Storage.ListResultsAsync(RunPaths.Run(runId)));
    }

    private static async Task FailAsync(Func<ValueTask<ResultStream>> open, int bytes) =>
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var stream = await open();
            await stream.WriteAsync(new byte[bytes], Cancel);
            throw new InvalidOperationException("in the middle");
        });

    private async Task<(ResultStore Store, TestStorage Storage)> OpenAsync()
    {
        var settings = TestSettings.Create(azurite.ConnectionString);
        var service = new BlobServiceClient(azurite.ConnectionString);
        var store = new ResultStore(service, TestSettings.Read(settings));
        await store.EnsureCreatedAsync(Cancel);
        return (store, new TestStorage(service, settings));
    }
}
