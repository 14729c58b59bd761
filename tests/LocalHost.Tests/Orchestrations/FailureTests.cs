using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class FailureTests(SharedHosts azurite)
{
    private readonly string _key = $"{Guid.NewGuid()}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FailedActivity_ComesWithItsDetails()
    {
        var host = await azurite.HostAsync();
        var details = (await host.RunToEndAsync(nameof(Orchestrators.CatchesActivity), nameof(Orchestrators.Throw)))
            .ReadOutputAs<TaskFailureDetails>()!;

        Assert.Equal(typeof(InvalidOperationException).FullName, details.ErrorType);
        Assert.Equal("reason", details.ErrorMessage);
        Assert.Contains(nameof(Orchestrators.Throw), details.StackTrace, StringComparison.Ordinal);
        Assert.Equal("the cause", details.InnerFailure!.ErrorMessage);
        Assert.True(details.IsCausedBy<InvalidOperationException>());
        Assert.False(details.IsCausedBy<ArgumentException>());
    }

    [Fact]
    public async Task MissingActivity_FailsAndNamesThoseThereAre()
    {
        var host = await azurite.HostAsync();
        var details = (await host.RunToEndAsync(nameof(Orchestrators.CatchesActivity), "NoSuch")).ReadOutputAs<TaskFailureDetails>()!;

        Assert.Equal("ActivityNotFound", details.ErrorType);
        Assert.Contains("'NoSuch'", details.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(nameof(Orchestrators.Echo), details.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingActivity_IsNotTriedAgain()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesMissing));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("'NoSuch'", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingOrchestrator_FailsAndNamesThoseThereAre()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync("NoSuch");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("no orchestrator function 'NoSuch'", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(nameof(Orchestrators.Everything), ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedOrchestrator_TellsTypeAndMessage()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Fails), "the reason");
        Assert.Equal(typeof(TaskFailedException).FullName, ended.FailureDetails!.ErrorType);
        Assert.Contains("the reason", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Null(ended.SerializedOutput);
    }

    [Fact]
    public async Task LongMessage_IsKept()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Fails), new string('m', 300_000));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("mmm", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedChild_IsCaughtByItsParent()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(
            nameof(Orchestrators.CatchesChild), new Orchestrators.ChildCall(nameof(Orchestrators.Fails), "deep down"));
        Assert.Contains("deep down", ended.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingChild_FailsItsParent()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.CatchesChild), new Orchestrators.ChildCall("NoSuch", "x"));
        Assert.Contains("no orchestrator function 'NoSuch'", ended.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesThatAreHandedOutTwice_HoldUpNoOthers()
    {
        const string DurableTask = "AzureFunctionsJobHost:extensions:durableTask:";
        await using var host = await TestHost.StartAsync(
            new(azurite.ConnectionString, typeof(Orchestrators))
            {
                Settings =
                {
                    [DurableTask + "maxConcurrentOrchestratorFunctions"] = "1",
                    [DurableTask + "storageProvider:controlQueueVisibilityTimeout"] = "00:00:01",
                },
            },
            Cancel);
        var runs = Enumerable.Range(0, 10).Select(_ => host.RunToEndAsync(nameof(Orchestrators.HoldsItsTurn), 500));
        Assert.All(await Task.WhenAll(runs), run => Assert.Equal(OrchestrationRuntimeStatus.Completed, run.RuntimeStatus));
        Assert.True(host.HasLogged("duplicate message"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RetryPolicy_TriesAgainUntilItSucceeds(bool extendedSessions)
    {
        var host = await azurite.HostAsync(extendedSessions);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesByPolicy), new Orchestrators.FailFirstInput(_key, 3));
        Assert.Equal(4, ended.ReadOutputAs<int>());
    }

    [Fact]
    public async Task RetryPolicy_GivesUpAfterItsAttempts()
    {
        var host = await azurite.HostAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesByPolicy), new Orchestrators.FailFirstInput(_key, 100));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(4, Calls.Of(_key));
        Assert.Contains("failure 4", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryHandler_Decides()
    {
        var host = await azurite.HostAsync(extendedSessions: false);
        Assert.Equal(
            3, (await host.RunToEndAsync(nameof(Orchestrators.RetriesByHandler), new Orchestrators.FailFirstInput(_key, 2)))
                .ReadOutputAs<int>());
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesByHandler), new Orchestrators.FailFirstInput(_key + "often", 9));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(3, Calls.Of(_key + "often"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RetriedChild_IsStartedAgainUnderItsId(bool extendedSessions)
    {
        var host = await azurite.HostAsync(extendedSessions);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesChild), new Orchestrators.FailFirstInput(_key, 2));
        Assert.Equal(3, ended.ReadOutputAs<int>());
        Assert.Equal(
            OrchestrationRuntimeStatus.Completed, (await host.Client.GetInstanceAsync(ended.InstanceId + "-child", Cancel))!.RuntimeStatus);
    }
}
