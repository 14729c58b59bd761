using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class ClientTests(SharedHosts azurite)
{
    private readonly string _id = $"{Guid.NewGuid():N}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartOfWhatRuns_IsRefused()
    {
        var host = await azurite.HostAsync();
        await StartAsync(host, nameof(Orchestrators.Collects), 1);
        for (var again = 0; again < 3; again++)
        {
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => StartAsync(host, nameof(Orchestrators.Collects), 1));
        }
    }

    [Fact]
    public async Task TwentyStartsAtOnce_MakeOneRun()
    {
        var host = await azurite.HostAsync();
        var starts = Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(() =>
            StartAsync(host, nameof(Orchestrators.CountsItself), _id)).AsTask());
        var thrown = await Task.WhenAll(starts);
        Assert.Contains(null, thrown);
        Assert.All(thrown, exception => Assert.True(exception is null or InvalidOperationException, $"{exception}"));
        await host.Client.RaiseEventAsync(_id, "end", true, Cancel);
        await host.EndOfAsync(_id);
        Assert.Equal(1, Calls.Of(_id));
    }

    [Fact]
    public async Task FinishedId_IsReplaced()
    {
        var host = await azurite.HostAsync();
        await host.RunToEndAsync(nameof(Orchestrators.SetsStatus), 10, new(_id));
        var second = await host.RunToEndAsync(nameof(Orchestrators.Child), "two", new(_id));
        Assert.Equal("two of ", second.ReadOutputAs<string>());
        Assert.Null(second.SerializedCustomStatus);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\nb")]
    [InlineData("ü")]
    public async Task BadInstanceId_Throws(string id)
    {
        var client = (await azurite.HostAsync()).Client;
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => client.ScheduleNewOrchestrationInstanceAsync("X", null, new StartOrchestrationOptions(id), Cancel));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.RaiseEventAsync(id, "x", null, Cancel));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.TerminateInstanceAsync(id, Cancel));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SuspendInstanceAsync(id, null, Cancel));
    }

    [Fact]
    public async Task LongInstanceId_Throws() => await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
        await (await azurite.HostAsync()).Client.ScheduleNewOrchestrationInstanceAsync(
            "X", null, new StartOrchestrationOptions(new string('i', 101)), Cancel));

    [Fact]
    public async Task OddInstanceId_IsKept()
    {
        var host = await azurite.HostAsync();
        var id = $"{_id} b'c%2F~d+e=f;g:h";
        await host.RunToEndAsync(nameof(Orchestrators.Child), "x", new(id));
        Assert.Equal(id, Assert.Single(await ReadAllAsync(host, new OrchestrationQuery(InstanceIdPrefix: $"{_id} b'c%"))).InstanceId);
    }

    [Fact]
    public async Task UnknownInstance_IsAnAnswer_AndStallsNothing()
    {
        var host = await azurite.HostAsync();
        Assert.Null(await host.Client.GetInstanceAsync("nobody", Cancel));
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("nobody", Cancel)).PurgedInstanceCount);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.WaitForInstanceCompletionAsync("nobody", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody", false, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.TerminateInstanceAsync("nobody", Cancel));
        await host.Client.RaiseEventAsync("nobody", "x", 1, Cancel);
        await host.Client.SuspendInstanceAsync("nobody", null, Cancel);
        await host.Client.ResumeInstanceAsync("nobody", null, Cancel);

        Assert.Equal("x of ", (await host.RunToEndAsync(nameof(Orchestrators.Child), "x")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_AreAllTaken_EvenBeforeAnyoneWaits()
    {
        var host = await azurite.HostAsync();
        await StartAsync(host, nameof(Orchestrators.Collects), 20);
        for (var i = 0; i < 20; i++)
        {
            await host.Client.RaiseEventAsync(_id, i % 2 == 0 ? "number" : "NUMBER", i, Cancel);
        }

        Assert.Equal(Enumerable.Range(0, 20), (await host.EndOfAsync(_id)).ReadOutputAs<List<int>>()!.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitWithTimeout_EndsEitherWay(bool extendedSessions)
    {
        var host = await azurite.HostAsync(extendedSessions);
        Assert.Equal("timed out", (await host.RunToEndAsync(nameof(Orchestrators.WaitsInVain))).ReadOutputAs<string>());

        await StartAsync(host, nameof(Orchestrators.WaitsInTime));
        await host.BecomesAsync(_id, OrchestrationRuntimeStatus.Running);
        await host.Client.RaiseEventAsync(_id, "go", "in time", Cancel);
        Assert.Equal("in time", (await host.EndOfAsync(_id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SuspendedInstance_KeepsWhatArrives_AndStaysSuspendedOverARestart()
    {
        var first = await TestHost.StartAsync(Options(), Cancel);
        await StartAsync(first, nameof(Orchestrators.Collects), 2);
        await first.BecomesAsync(_id, OrchestrationRuntimeStatus.Running);
        await first.Client.SuspendInstanceAsync(_id, "a break", Cancel);
        await first.BecomesAsync(_id, OrchestrationRuntimeStatus.Suspended);
        await first.Client.RaiseEventAsync(_id, "number", 1, Cancel);
        await first.DisposeAsync();

        await using var second = await TestHost.StartAsync(first.Options, Cancel);
        await second.Client.RaiseEventAsync(_id, "number", 2, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await second.Client.GetInstanceAsync(_id, Cancel))!.RuntimeStatus);
        await second.Client.ResumeInstanceAsync(_id, "on", Cancel);
        Assert.Equal([1, 2], (await second.EndOfAsync(_id)).ReadOutputAs<List<int>>()!.Order());
    }

    [Fact]
    public async Task Terminate_EndsTheInstance_NotItsChildren()
    {
        var host = await azurite.HostAsync();
        await StartAsync(host, nameof(Orchestrators.Parent));
        await host.BecomesAsync($"{_id}-child", OrchestrationRuntimeStatus.Running);
        await Assert.ThrowsAsync<NotSupportedException>(
            () => host.Client.TerminateInstanceAsync(_id, new TerminateInstanceOptions("x", Recursive: true), Cancel));
        await host.Client.TerminateInstanceAsync(_id, "enough", Cancel);

        var ended = await host.EndOfAsync(_id);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        Assert.True((await host.Client.GetInstanceAsync($"{_id}-child", Cancel))!.IsRunning);
        await host.Client.TerminateInstanceAsync($"{_id}-child", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndOfAsync($"{_id}-child")).RuntimeStatus);
    }

    [Fact]
    public async Task TerminateOfWhatHasEnded_ChangesNothing()
    {
        var host = await azurite.HostAsync();
        await host.RunToEndAsync(nameof(Orchestrators.Child), "x", new(_id));
        await host.Client.TerminateInstanceAsync(_id, "late", Cancel);
        await host.RunToEndAsync(nameof(Orchestrators.Child), "y");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.Client.GetInstanceAsync(_id, Cancel))!.RuntimeStatus);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ContinueAsNew_KeepsEventsThatNobodyTook(bool extendedSessions)
    {
        var host = await azurite.HostAsync(extendedSessions);
        await StartAsync(host, nameof(Orchestrators.CountsDown), 3);
        await host.Client.RaiseEventAsync(_id, "last", "kept", Cancel);
        var ended = await host.EndOfAsync(_id);
        Assert.Equal(("kept", 0), (ended.ReadOutputAs<string>(), ended.ReadInputAs<int>()));
    }

    [Fact]
    public async Task StartAt_WaitsUntilThen()
    {
        var host = await azurite.HostAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(Orchestrators.Version), null,
            new StartOrchestrationOptions(StartAt: DateTimeOffset.UtcNow.AddSeconds(3)) { Version = "2" }, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        Assert.Equal("Version 2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Query_FiltersAndPages()
    {
        var host = await azurite.HostAsync();
        var runs = Enumerable.Range(0, 5).Select(i => host.RunToEndAsync(
            nameof(Orchestrators.Child), "x", new($"{_id}-run-{i}") { Tags = new Dictionary<string, string> { ["n"] = $"{i}" } }));
        await Task.WhenAll(runs);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, new($"{_id}-waits"), Cancel);

        Assert.Equal(6, (await ReadAllAsync(host, new(InstanceIdPrefix: _id))).Count);
        Assert.Equal(5, (await ReadAllAsync(host, new(InstanceIdPrefix: _id, Statuses: [OrchestrationRuntimeStatus.Completed]))).Count);
        Assert.Empty(await ReadAllAsync(host, new(InstanceIdPrefix: _id, CreatedFrom: DateTimeOffset.UtcNow.AddHours(1))));
        var whole = Assert.Single(await ReadAllAsync(host, new(InstanceIdPrefix: $"{_id}-run-3", FetchInputsAndOutputs: true)));
        Assert.Equal(("x", "3"), (whole.ReadInputAs<string>(), whole.Tags["n"]));

        var ids = new List<string>();
        string? token = null;
        do
        {
            await using var pages =
                host.Client.GetAllInstancesAsync(new(InstanceIdPrefix: $"{_id}-run-", PageSize: 2, ContinuationToken: token))
                .AsPages().GetAsyncEnumerator(Cancel);
            Assert.True(await pages.MoveNextAsync());
            Assert.InRange(pages.Current.Values.Count, 0, 2);
            ids.AddRange(pages.Current.Values.Select(instance => instance.InstanceId));
            token = pages.Current.ContinuationToken;
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"{_id}-run-{i}"), ids);
    }

    [Fact]
    public async Task Purge_RemovesOnlyWhatHasEnded()
    {
        await using var host = await TestHost.StartAsync(Options(), Cancel);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Child), "x");
        await StartAsync(host, nameof(Orchestrators.Collects), 1);
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync(ended.InstanceId, Cancel)).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync(_id, Cancel)).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync(ended.InstanceId, Cancel));

        await host.RunToEndAsync(nameof(Orchestrators.Child), "x");
        Assert.Equal(1, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), Cancel)).PurgedInstanceCount);
        Assert.Equal(_id, Assert.Single(await ReadAllAsync(host, new())).InstanceId);
    }

    [Fact]
    public async Task Restart_RunsAgainWithTheSameInput()
    {
        var host = await azurite.HostAsync();
        await host.RunToEndAsync(nameof(Orchestrators.Child), "again", new(_id));
        Assert.Equal(_id, await host.Client.RestartAsync(_id, false, Cancel));
        Assert.Equal("again of ", (await host.EndOfAsync(_id)).ReadOutputAs<string>());
        var another = await host.Client.RestartAsync(_id, true, Cancel);
        Assert.NotEqual(_id, another);
        Assert.Equal("again of ", (await host.EndOfAsync(another)).ReadOutputAs<string>());

        var waits = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RestartAsync(waits, false, Cancel));
    }

    [Fact]
    public async Task LargePayloads_Pass()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.PassesLarge), new string('y', 200_000));
        Assert.Equal(700_000, ended.ReadOutputAs<string>()!.Length);
        Assert.Equal(200_000, ended.ReadInputAs<string>()!.Length);
    }

    [Fact]
    public async Task CustomStatusOverTheLimit_IsLeftOut_AndTheRunGoesOn()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.SetsStatus), 100_000);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Contains("100002 characters", ended.SerializedCustomStatus, StringComparison.Ordinal);
        Assert.True(host.HasLogged("Custom status of SetsStatus has 100002 characters"));

        var most = await host.RunToEndAsync(nameof(Orchestrators.SetsStatus), 16_382);
        Assert.Equal(16_382, most.ReadCustomStatusAs<string>()!.Length);
    }

    private static async Task<List<OrchestrationMetadata>> ReadAllAsync(TestHost host, OrchestrationQuery query)
    {
        var all = new List<OrchestrationMetadata>();
        await foreach (var instance in host.Client.GetAllInstancesAsync(query).WithCancellation(Cancel))
        {
            all.Add(instance);
        }

        return all;
    }

    private Task<string> StartAsync(TestHost host, string orchestrator, object? input = null) =>
        host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(_id), Cancel);

    private TestHostOptions Options() => new(azurite.ConnectionString, typeof(Orchestrators));
}
