using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class ClientTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwentyIdenticalStarts_MakeOneInstance()
    {
        await using var host = await StartAsync();
        var starts = Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(() => host.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Orchestrators.Collects), 1, new StartOrchestrationOptions("same"), Cancel)).AsTask());
        var thrown = await Task.WhenAll(starts);
        Assert.Single(thrown, exception => exception is null);
        Assert.Equal(19, thrown.OfType<InvalidOperationException>().Count());
    }

    [Fact]
    public async Task FinishedId_IsReplaced()
    {
        await using var host = await StartAsync();
        var options = new StartOrchestrationOptions("again");
        await host.RunToEndAsync(nameof(Orchestrators.LargeStatus), null, options);
        var second = await host.RunToEndAsync(nameof(Orchestrators.Child), "two", options);
        Assert.Equal("two of ", second.ReadOutputAs<string>());
        Assert.Null(second.SerializedCustomStatus);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    [InlineData("ü")]
    public async Task BadInstanceId_Throws(string id)
    {
        await using var host = TestHost.Create(Options());
        await Assert.ThrowsAsync<ArgumentException>(() =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("X", null, new StartOrchestrationOptions(id), Cancel));
    }

    [Fact]
    public async Task OddInstanceId_IsKept()
    {
        await using var host = await StartAsync();
        const string Id = "a b'c%2F~d+e=f;g:h";
        await host.RunToEndAsync(nameof(Orchestrators.Child), "x", new StartOrchestrationOptions(Id));
        var all = await ReadAllAsync(host, new OrchestrationQuery(InstanceIdPrefix: "a b'c%"));
        Assert.Equal(Id, Assert.Single(all).InstanceId);
    }

    [Fact]
    public async Task UnknownInstance_IsNull()
    {
        await using var host = await StartAsync();
        Assert.Null(await host.Client.GetInstanceAsync("nobody", Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.WaitForInstanceCompletionAsync("nobody", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody", false, Cancel));
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("nobody", Cancel)).PurgedInstanceCount);
    }

    [Fact]
    public async Task Events_AreTakenInOrder_EvenBeforeAnyoneWaits()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 50, Cancel);
        for (var i = 0; i < 50; i++)
            await host.Client.RaiseEventAsync(id, i % 2 == 0 ? "number" : "NUMBER", i, Cancel);
        var ended = await host.Client.WaitForInstanceCompletionAsync(id, true, Cancel);
        Assert.Equal(Enumerable.Range(0, 50), ended.ReadOutputAs<List<int>>()!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitWithTimeout_EndsEitherWay(bool extendedSessions)
    {
        await using var host = await TestHost.StartAsync(Options() with { ExtendedSessions = extendedSessions }, Cancel);
        Assert.Equal("timed out", (await host.RunToEndAsync(nameof(Orchestrators.WaitsInVain))).ReadOutputAs<string>());

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.WaitsInTime), Cancel);
        await host.Client.WaitForInstanceStartAsync(id, Cancel);
        await host.Client.RaiseEventAsync(id, "go", "in time", Cancel);
        Assert.Equal("in time", (await host.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SuspendedInstance_KeepsWhatArrivesForLater()
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 2, Cancel);
        await host.Client.WaitForInstanceStartAsync(id, Cancel);
        await host.Client.SuspendInstanceAsync(id, "a break", Cancel);
        await host.Client.RaiseEventAsync(id, "number", 1, Cancel);
        await host.Client.RaiseEventAsync(id, "number", 2, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);

        await host.Client.ResumeInstanceAsync(id, "on", Cancel);
        Assert.Equal([1, 2], (await host.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<List<int>>()!);
    }

    [Fact]
    public async Task SuspendedInstance_StaysSuspendedOverARestart()
    {
        var first = await StartAsync();
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        await first.Client.WaitForInstanceStartAsync(id, Cancel);
        await first.Client.SuspendInstanceAsync(id, null, Cancel);
        await first.Client.RaiseEventAsync(id, "number", 7, Cancel);
        await first.DisposeAsync();

        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await second.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        await second.Client.ResumeInstanceAsync(id, null, Cancel);
        Assert.Equal([7], (await second.Client.WaitForInstanceCompletionAsync(id, true, Cancel)).ReadOutputAs<List<int>>()!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Terminate_EndsTheInstance_AndItsChildrenIfAsked(bool recursive)
    {
        await using var host = await StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Parent), Cancel);
        await Eventually.HoldsAsync(async () => await host.Client.GetInstanceAsync($"{id}-child", Cancel) is { IsRunning: true });
        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", recursive), Cancel);

        var ended = await host.Client.GetInstanceAsync(id, true, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended!.RuntimeStatus);
        Assert.Equal("enough", ended.ReadOutputAs<string>());
        if (recursive)
            await host.Client.WaitForInstanceCompletionAsync($"{id}-child", Cancel);
        else
            Assert.True((await host.Client.GetInstanceAsync($"{id}-child", Cancel))!.IsRunning);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContinueAsNew_KeepsEventsThatNobodyTook(bool extendedSessions)
    {
        await using var host = await TestHost.StartAsync(Options() with { ExtendedSessions = extendedSessions }, Cancel);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.CountsDown), 5, Cancel);
        await host.Client.RaiseEventAsync(id, "last", "kept", Cancel);
        var ended = await host.Client.WaitForInstanceCompletionAsync(id, true, Cancel);
        Assert.Equal("kept", ended.ReadOutputAs<string>());
        Assert.Equal(0, ended.ReadInputAs<int>());
    }

    [Fact]
    public async Task StartAt_WaitsUntilThen()
    {
        await using var host = await StartAsync();
        var at = DateTimeOffset.UtcNow.AddSeconds(1);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Orchestrators.Version), null, new StartOrchestrationOptions(StartAt: at) { Version = "2" }, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        var ended = await host.Client.WaitForInstanceCompletionAsync(id, true, Cancel);
        Assert.Equal("Version 2", ended.ReadOutputAs<string>());
        Assert.True(ended.LastUpdatedAt >= at);
    }

    [Fact]
    public async Task Query_FiltersAndPages()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 7; i++)
        {
            await host.RunToEndAsync(
                nameof(Orchestrators.Child), "x", new StartOrchestrationOptions($"run-{i}") { Tags = new Dictionary<string, string> { ["n"] = $"{i}" } });
        }

        await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, new StartOrchestrationOptions("waits"), Cancel);

        Assert.Equal(8, (await ReadAllAsync(host, new OrchestrationQuery())).Count);
        Assert.Equal(7, (await ReadAllAsync(host, new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed]))).Count);
        Assert.Equal(7, (await ReadAllAsync(host, new OrchestrationQuery(InstanceIdPrefix: "run-"))).Count);
        Assert.Empty(await ReadAllAsync(host, new OrchestrationQuery(CreatedFrom: DateTimeOffset.UtcNow.AddHours(1))));
        Assert.Empty(await ReadAllAsync(host, new OrchestrationQuery(TaskHubNames: ["another"])));
        var whole = await ReadAllAsync(host, new OrchestrationQuery(InstanceIdPrefix: "run-3", FetchInputsAndOutputs: true));
        Assert.Equal(("x", "3"), (whole[0].ReadInputAs<string>(), whole[0].Tags["n"]));
        Assert.Throws<InvalidOperationException>(() => whole.Count == 0 ? "" : new OrchestrationMetadata("n", "i").ReadInputAs<string>());

        var ids = new List<string>();
        string? token = null;
        do
        {
            await using var pages = host.Client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "run-", PageSize: 3, ContinuationToken: token))
                .AsPages().GetAsyncEnumerator(Cancel);
            Assert.True(await pages.MoveNextAsync());
            Assert.InRange(pages.Current.Values.Count, 0, 3);
            ids.AddRange(pages.Current.Values.Select(instance => instance.InstanceId));
            token = pages.Current.ContinuationToken;
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"run-{i}"), ids);
    }

    [Fact]
    public async Task Purge_RemovesOnlyWhatHasEnded()
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.PassesLarge), "x");
        var waits = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync(ended.InstanceId, Cancel)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(waits, Cancel)).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync(ended.InstanceId, Cancel));

        await host.RunToEndAsync(nameof(Orchestrators.Child), "x");
        Assert.Equal(1, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), Cancel)).PurgedInstanceCount);
        Assert.Equal(waits, Assert.Single(await ReadAllAsync(host, new OrchestrationQuery())).InstanceId);
    }

    [Fact]
    public async Task Restart_RunsAgainWithTheSameInput()
    {
        await using var host = await StartAsync();
        var first = await host.RunToEndAsync(nameof(Orchestrators.Child), "again");
        Assert.Equal(first.InstanceId, await host.Client.RestartAsync(first.InstanceId, false, Cancel));
        var newId = await host.Client.RestartAsync(first.InstanceId, true, Cancel);
        Assert.NotEqual(first.InstanceId, newId);
        Assert.Equal("again of ", (await host.Client.WaitForInstanceCompletionAsync(newId, true, Cancel)).ReadOutputAs<string>());

        var waits = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RestartAsync(waits, false, Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargePayloads_ArriveWhole(bool extendedSessions)
    {
        await using var host = await TestHost.StartAsync(Options() with { ExtendedSessions = extendedSessions }, Cancel);
        var random = new string([.. new Random(1).GetItems("abcdefghijklmnopqrstuvwxyz0123456789".AsSpan(), 3_000_000)]);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.PassesLarge), random);
        Assert.Equal(new string('x', 2_000_000) + random, ended.ReadOutputAs<string>());
        Assert.Equal(random, ended.ReadInputAs<string>());
    }

    [Fact]
    public async Task LargeCustomStatus_IsCut()
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.LargeStatus));
        Assert.InRange(ended.ReadCustomStatusAs<string>()!.Length, 10_000, 20_000);
    }

    [Fact]
    public async Task ManagementPayload_NeedsTheHostsClient()
    {
        await using var host = await StartAsync();
        var payload = host.Client.CreateHttpManagementPayload("an id");
        Assert.StartsWith($"{host.Address}/runtime/webhooks/durabletask/instances/an%20id?taskHub={host.Options.Hub}&", payload.StatusQueryGetUri, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Key, payload.StatusQueryGetUri, StringComparison.Ordinal);
    }

    private static async Task<List<OrchestrationMetadata>> ReadAllAsync(TestHost host, OrchestrationQuery query)
    {
        var all = new List<OrchestrationMetadata>();
        await foreach (var instance in host.Client.GetAllInstancesAsync(query).WithCancellation(Cancel))
            all.Add(instance);
        return all;
    }

    private TestHostOptions Options() => new(azurite.ConnectionString, typeof(Orchestrators));

    private Task<TestHost> StartAsync() => TestHost.StartAsync(Options(), Cancel);
}
