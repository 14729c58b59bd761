using Microsoft.DurableTask.Client;
using AeServerless.LocalHost.Orchestrations;
using AeServerless.LocalHost.Orchestrations.History;
using AeServerless.LocalHost.Storage;
using AeServerless.LocalHost.Tests.Support;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace AeServerless.LocalHost.Tests.Storage;

public sealed class InstanceStoreTests(AzuriteFixture azurite)
{
    private readonly string _name = $"t{Guid.NewGuid():N}";
    private readonly CommitGuard _guard = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_AreReadBack()
    {
        var store = await CreateAsync();
        var state = State(1) with { Input = "\"in\"", Tags = new Dictionary<string, string> { ["a"] = "b" } };
        var etag = await store.CommitAsync(state, Started(), null, whole: true, Cancel);
        var turn = new Turn(DateTime.UtcNow, [new ScheduleActivity(0, "A", "1"), new CreateTimer(1, DateTime.UtcNow), new CallSubOrchestration(2, "S", "s", null, "v")]);
        var page = new HistoryPage([new EventRaised(DateTime.UtcNow, "e", "{}"), new TaskFailed(DateTime.UtcNow, 0, Failures.From(new InvalidOperationException("x")))], turn);
        await store.CommitAsync(state with { Pages = 2, Status = OrchestrationRuntimeStatus.Running, Input = null }, page, etag, whole: false, Cancel);

        var loaded = (await store.LoadAsync("i", Cancel))!;
        Assert.Equal(2, loaded.Pages.Count);
        Assert.Equal(page.Arrivals, loaded.Pages[1].Arrivals);
        Assert.Equal(turn.Actions, loaded.Pages[1].Turn!.Actions);
        Assert.Equal("\"in\"", (await store.ReadAsync("i", payloads: true, Cancel))!.State.Input);
        Assert.Equal([1, 2], OpenActions.Of(loaded.Pages).Select(action => action.Id));
        Assert.Empty(OpenActions.WaitingIn(loaded.Pages));
    }

    [Fact]
    public async Task TwoWriters_OnlyOneGoesOn()
    {
        var store = await CreateAsync();
        var etag = await store.CommitAsync(State(1), Started(), null, whole: true, Cancel);
        await store.CommitAsync(State(2), Raised("first"), etag, whole: false, Cancel);
        await Assert.ThrowsAsync<InstanceConflictException>(() => store.CommitAsync(State(2), Raised("second"), etag, whole: false, Cancel));
        await Assert.ThrowsAsync<InstanceConflictException>(() => store.CommitAsync(State(1), Started(), null, whole: true, Cancel));
        var pages = (await store.LoadAsync("i", Cancel))!.Pages;
        Assert.Equal("first", Assert.IsType<EventRaised>(Assert.Single(pages[1].Arrivals)).Name);
    }

    [Fact]
    public async Task LostAnswer_IsFoundOutToBeACommit()
    {
        var losses = 2;
        var transport = new FlakyTransport(request => request.Method == RequestMethod.Post && losses-- > 0);
        var store = await CreateAsync(transport);
        losses = 2;
        var etag = await store.CommitAsync(State(1), Started(), null, whole: true, Cancel);
        losses = 1;
        etag = await store.CommitAsync(State(2), Raised("a"), etag, whole: false, Cancel);
        await store.CommitAsync(State(3), Raised("b"), etag, whole: false, Cancel);
        Assert.True(transport.Lost >= 2);
        Assert.Equal(3, (await store.LoadAsync("i", Cancel))!.Pages.Count);
    }

    [Fact]
    public async Task LostOwnership_StopsCommits()
    {
        var store = await CreateAsync();
        _guard.Watch(() => false);
        await Assert.ThrowsAsync<OwnershipLostException>(() => store.CommitAsync(State(1), Started(), null, whole: true, Cancel));
        Assert.Null(await store.ReadAsync("i", payloads: false, Cancel));
    }

    [Fact]
    public async Task LargePage_GoesToABlob_AndIsPurgedWithItsInstance()
    {
        var store = await CreateAsync();
        var random = new byte[3_000_000];
        new Random(1).NextBytes(random);
        var text = Convert.ToBase64String(random);
        var state = State(1) with { Input = text, Status = OrchestrationRuntimeStatus.Completed };
        var etag = await store.CommitAsync(state, new([new EventRaised(DateTime.UtcNow, "large", text)], null), null, whole: true, Cancel);
        Assert.NotEqual(default, etag);
        var pages = await store.ReadPagesAsync(state, Cancel);
        Assert.Equal(text, Assert.IsType<EventRaised>(Assert.Single(pages[0].Arrivals)).Input);
        Assert.Equal(text, (await store.ReadAsync("i", payloads: true, Cancel))!.State.Input);
        Assert.Equal(2, await CountBlobsAsync());

        await store.PurgeAsync("i", Cancel);
        Assert.Null(await store.ReadAsync("i", payloads: false, Cancel));
        Assert.Equal(0, await CountBlobsAsync());
    }

    private static InstanceState State(int pages) => new("i", "execution", "Name") { Pages = pages, CreatedAt = DateTimeOffset.UtcNow, LastUpdatedAt = DateTimeOffset.UtcNow };

    private static HistoryPage Started() => new([new ExecutionStarted(DateTime.UtcNow, "Name", null)], null);

    private static HistoryPage Raised(string name) => new([new EventRaised(DateTime.UtcNow, name, null)], null);

    private async Task<int> CountBlobsAsync() => await Container.GetBlobsAsync(cancellationToken: Cancel).CountAsync(Cancel);

    private BlobContainerClient Container => new(azurite.ConnectionString, _name);

    private async Task<InstanceStore> CreateAsync(FlakyTransport? transport = null)
    {
        await Container.CreateIfNotExistsAsync(cancellationToken: Cancel);
        await new TableClient(azurite.ConnectionString, _name).CreateIfNotExistsAsync(Cancel);
        var options = new TableClientOptions();
        if (transport is not null)
        {
            options.Transport = transport;
            options.Retry.MaxRetries = 0;
        }

        var table = new TableClient(azurite.ConnectionString, _name, options);
        return new(table, new(Container), _guard, TimeProvider.System, NullLogger<InstanceStore>.Instance);
    }
}
