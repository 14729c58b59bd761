using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace AeServerless.Robustness.Tests.Faults;

/// <summary>The proxy does what the tests that use it take for granted.</summary>
public sealed class FaultProxyTests(FaultProxyTests.Storage storage) : IClassFixture<FaultProxyTests.Storage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutFaults_ItIsTransparent()
    {
        var container = await ContainerAsync(retries: 0);
        var bytes = new byte[5 << 20];
        new Random(1).NextBytes(bytes);
        var blob = container.GetBlobClient("folder/ä ö 'ü'+%2F?#.bin");
        await blob.UploadAsync(new BinaryData(bytes), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, Cancel);
        var again = await Assert.ThrowsAsync<RequestFailedException>(
            () => blob.UploadAsync(new BinaryData(bytes), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, Cancel));
        var read = await blob.DownloadContentAsync(Cancel);
        var range = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(1000, 10) }, Cancel);

        Assert.Equal("BlobAlreadyExists", again.ErrorCode);
        Assert.Equal(bytes, read.Value.Content.ToArray());
        Assert.Equal(bytes[1000..1010], range.Value.Content.ToArray());
        Assert.Equal([blob.Name], await container.GetBlobsAsync(cancellationToken: Cancel).Select(item => item.Name).ToListAsync(Cancel));
    }

    [Fact]
    public async Task QueuesAndTables_PassToo()
    {
        var queue = new QueueClient(storage.Proxy.ConnectionString, "q-" + Guid.NewGuid().ToString("n"));
        await queue.CreateAsync(cancellationToken: Cancel);
        await queue.SendMessageAsync("hello", Cancel);
        var table = new TableClient(storage.Proxy.ConnectionString, "t" + Guid.NewGuid().ToString("n"));
        await table.CreateAsync(Cancel);
        await table.SubmitTransactionAsync(
            Enumerable.Range(0, 20).Select(
                i => new TableTransactionAction(
                    TableTransactionActionType.Add, new TableEntity("a'b c", $"{i:00}") { ["Value"] = i })), Cancel);

        Assert.Equal("hello", (await queue.ReceiveMessageAsync(cancellationToken: Cancel)).Value.Body.ToString());
        Assert.Equal(20, await table.QueryAsync<TableEntity>("PartitionKey eq 'a''b c'", cancellationToken: Cancel).CountAsync(Cancel));
    }

    [Theory]
    [InlineData(nameof(Fault.Throttled), 503)]
    [InlineData(nameof(Fault.InternalError), 500)]
    [InlineData(nameof(Fault.Conflict), 409)]
    [InlineData(nameof(Fault.ConditionNotMet), 412)]
    [InlineData(nameof(Fault.DiskFull), 507)]
    [InlineData(nameof(Fault.ResetInRequest), 0)]
    [InlineData(nameof(Fault.AnswerLost), 0)]
    public async Task FaultOfAWrite_IsWhatTheClientSees(string fault, int status)
    {
        var container = await ContainerAsync(retries: 0);
        await using var plan = storage.Spoil(fault, request => request is { Service: "blob", Method: "PUT" });
        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => container.UploadBlobAsync("b", new BinaryData(new byte[100_000]), Cancel));
        storage.Proxy.Plan = NoFaults.Instance;

        Assert.Equal(status, error.Status);
        Assert.Equal(fault == nameof(Fault.AnswerLost), await container.GetBlobClient("b").ExistsAsync(Cancel));
    }

    [Theory]
    [InlineData(nameof(Fault.ResetInAnswer))]
    [InlineData(nameof(Fault.ShortAnswer))]
    public async Task FaultOfARead_IsWhatTheClientSees(string fault)
    {
        var container = await ContainerAsync(retries: 0);
        await container.UploadBlobAsync("b", new BinaryData(new byte[100_000]), Cancel);
        await using var plan = storage.Spoil(fault, request => request is { Service: "blob", Method: "GET" });
        var download = await container.GetBlobClient("b").DownloadStreamingAsync(cancellationToken: Cancel);
        using var target = new MemoryStream();
        var error = await Record.ExceptionAsync(() => download.Value.Content.CopyToAsync(target, Cancel));

        Assert.Equal(fault == nameof(Fault.ResetInAnswer), error is not null);
        Assert.NotEqual(100_000, target.Length);
    }

    [Fact]
    public async Task Silence_LastsUntilTheClientGivesUp()
    {
        var container = await ContainerAsync(retries: 1);
        await using var plan = storage.Spoil(nameof(Fault.Silence), request => request is { Service: "blob", Method: "PUT" }, times: 1);

        await container.UploadBlobAsync("b", new BinaryData(new byte[10]), Cancel);

        Assert.Equal(1, plan.Met);
    }

    private async Task<BlobContainerClient> ContainerAsync(int retries)
    {
        var options = new BlobClientOptions
        {
            Retry =
            {
                MaxRetries = retries,
                Delay = TimeSpan.FromMilliseconds(1),
                Mode = RetryMode.Fixed,
                NetworkTimeout = TimeSpan.FromSeconds(2),
            },
        };
        var container = new BlobContainerClient(storage.Proxy.ConnectionString, "c" + Guid.NewGuid().ToString("n"), options);
        await container.CreateAsync(cancellationToken: Cancel);
        return container;
    }

    public sealed class Storage(StorageFixture storage) : IAsyncLifetime
    {
        private FaultProxy? _proxy;

        internal FaultProxy Proxy => _proxy!;

        public async ValueTask InitializeAsync() => _proxy = await FaultProxy.StartAsync(storage.Azurite, Cancel);

        public async ValueTask DisposeAsync()
        {
            if (_proxy is not null)
            {
                await _proxy.DisposeAsync();
            }
        }

        internal SpoiledStorage Spoil(string fault, Func<StorageRequest, bool> applies, int times = int.MaxValue) =>
            new(Proxy, new ScriptedFaults(Enum.Parse<Fault>(fault), applies, times));
    }
}
