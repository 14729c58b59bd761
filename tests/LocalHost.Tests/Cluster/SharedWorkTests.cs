using AeServerless.LocalHost.Tests.Support;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Cluster;

public sealed class SharedWorkTests(SharedHosts azurite)
{
    private readonly string _hub = $"T{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoHosts_ShareActivities_AndDoNoneTwice()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var ended = await first.RunToEndAsync(nameof(ClusterFunctions.DoesMuch), 40);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        var done = ClusterFunctions.DoneIn(_hub);
        Assert.Equal(40, done.Count);
        Assert.Equal(40, done.DistinctBy(entry => entry.Work).Count());
        Assert.Equal(new[] { first.Id, second.Id }.Order(), done.Select(entry => entry.Host).Distinct().Order());
    }

    [Fact]
    public async Task Roles_SplitTheWork()
    {
        await using var worker = await StartAsync("worker");
        await using var control = await StartAsync("control");
        var ended = await control.RunToEndAsync(nameof(ClusterFunctions.DoesMuch), 10);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal(Enumerable.Repeat(worker.Id, 10), ClusterFunctions.DoneIn(_hub).Select(entry => entry.Host));

        // All partitions come to the host that may have them.
        var partitions = new TableClient(azurite.ConnectionString, $"{_hub}Partitions");
        await Eventually.HoldsAsync(async () => await OwnersAsync(partitions) is [_, _] owners && owners.All(owner => owner == control.Id));
        Assert.Empty(worker.Addresses);
        Assert.Single(control.Addresses);
        await control.LogsAsync("This host watches blobs");
        Assert.False(worker.HasLogged("This host watches blobs"));
        Assert.False(File.Exists(Path.Combine(worker.Options.StateFolder, "http.key")));
    }

    [Fact]
    public async Task WorkerAlone_OwnsNothing_AndStopsAtOnce()
    {
        await using var worker = await StartAsync("worker");
        var id = await worker.Client.ScheduleNewOrchestrationInstanceAsync(nameof(ClusterFunctions.DoesMuch), 1, Cancel);
        await worker.StopAsync().WaitAsync(Eventually.Limit, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await worker.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        Assert.All(await OwnersAsync(new TableClient(azurite.ConnectionString, $"{_hub}Partitions")), Assert.Null);
    }

    [Fact]
    public async Task ActivityLongerThanItsMessageIsHidden_RunsOnce()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var ended = await first.RunToEndAsync(nameof(ClusterFunctions.DoesOneLong), 20_000);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Single(ClusterFunctions.DoneIn(_hub));
    }

    private static async Task<List<string?>> OwnersAsync(TableClient partitions)
    {
        var owners = new List<string?>();
        await foreach (var row in partitions.QueryAsync<TableEntity>(cancellationToken: Cancel))
        {
            owners.Add(row.GetString("CurrentOwner"));
        }

        return owners;
    }

    private Task<TestHost> StartAsync(string role = "all") => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(ClusterFunctions))
        {
            Hub = _hub,
            Settings =
            {
                ["Container"] = "nothing",
                ["LocalHostRole"] = role,
                ["AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions"] = "2",
            },
        },
        Cancel);
}
