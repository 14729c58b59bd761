using AeServerless.LocalHost.Tests.Support;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AeServerless.LocalHost.Tests.Cluster;

public sealed class TriggerLeaseTests(SharedHosts azurite)
{
    private const string HasTriggers = "This host watches blobs";

    private readonly string _hub = $"T{Guid.NewGuid():N}";
    private readonly string _container = $"c{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneOfThreeHostsWatches_AndAnotherTakesOverWhenItStops()
    {
        var container = new BlobContainerClient(azurite.ConnectionString, _container);
        await container.CreateAsync(cancellationToken: Cancel);
        var hosts = await Task.WhenAll(StartAsync(), StartAsync(), StartAsync());
        try
        {
            await Eventually.HoldsAsync(() => Watching(hosts).Count == 1);
            var first = Watching(hosts)[0];
            await container.UploadBlobAsync("one", new BinaryData("a"), Cancel);
            await Eventually.HoldsAsync(() => ClusterFunctions.DoneIn(_hub).Count == 1);

            await first.StopAsync().WaitAsync(Eventually.Limit, Cancel);
            await Eventually.HoldsAsync(() => Watching(hosts).Count == 2);
            await container.UploadBlobAsync("two", new BinaryData("b"), Cancel);
            await Eventually.HoldsAsync(() => ClusterFunctions.DoneIn(_hub).Count == 2);

            // What the first had seen to the second leaves alone.
            var second = Watching(hosts).Single(host => host != first);
            Assert.Equal([(first.Id, "one: a"), (second.Id, "two: b")], ClusterFunctions.DoneIn(_hub));
            Assert.Equal(2, Watching(hosts).Count);
            Assert.False(first.HasLogged("Another host watches"));
        }
        finally
        {
            await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task StoppedHost_LeavesTheLeaseFree()
    {
        var lease = new TableClient(azurite.ConnectionString, $"{_hub}Triggers");
        await using var host = await StartAsync();
        await Eventually.HoldsAsync(
            async () => (await lease.GetEntityIfExistsAsync<TableEntity>("lease", "triggers", cancellationToken: Cancel)).HasValue);
        await host.StopAsync().WaitAsync(Eventually.Limit, Cancel);
        Assert.False((await lease.GetEntityIfExistsAsync<TableEntity>("lease", "triggers", cancellationToken: Cancel)).HasValue);
    }

    private static List<TestHost> Watching(IEnumerable<TestHost> hosts) => [.. hosts.Where(host => host.HasLogged(HasTriggers))];

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(ClusterFunctions)) { Hub = _hub, Settings = { ["Container"] = _container } }, Cancel);
}
