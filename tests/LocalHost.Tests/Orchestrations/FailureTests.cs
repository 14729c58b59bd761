using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class FailureTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FailedActivity_ComesWithItsDetails()
    {
        await using var host = await StartAsync();
        var details = (await host.RunToEndAsync(nameof(Orchestrators.CatchesActivity), nameof(Orchestrators.Throw))).ReadOutputAs<TaskFailureDetails>()!;

        Assert.Equal(typeof(InvalidOperationException).FullName, details.ErrorType);
        Assert.Equal("reason", details.ErrorMessage);
        Assert.Contains(nameof(Orchestrators.Throw), details.StackTrace, StringComparison.Ordinal);
        Assert.Equal("the cause", details.InnerFailure!.ErrorMessage);
        Assert.True(details.IsCausedBy<InvalidOperationException>());
        Assert.True(details.IsCausedBy<Exception>());
        Assert.False(details.IsCausedBy<ArgumentException>());
    }

    [Fact]
    public async Task MissingActivity_FailsAsUnknownAndNamesThoseThereAre()
    {
        await using var host = await StartAsync();
        var details = (await host.RunToEndAsync(nameof(Orchestrators.CatchesActivity), "NoSuch")).ReadOutputAs<TaskFailureDetails>()!;

        Assert.Equal("(unknown)", details.ErrorType);
        Assert.Contains("'NoSuch'", details.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(nameof(Orchestrators.Echo), details.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingOrchestrator_Fails()
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync("NoSuch");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("There is no orchestrator function 'NoSuch'", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongMessage_IsCut()
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync(nameof(Orchestrators.Fails), new string('m', 300_000));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.InRange(ended.FailureDetails!.ErrorMessage.Length, 1000, 10_000);
        Assert.Contains("mmm", ended.FailureDetails.InnerFailure!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedChild_IsCaughtByItsParent()
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync(
            nameof(Orchestrators.CatchesChild), new Orchestrators.ChildCall(nameof(Orchestrators.Fails), "deep down", $"child-{Guid.NewGuid():N}"));
        Assert.Contains("deep down", ended.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChildWithAnIdInUse_Fails()
    {
        await using var host = await StartAsync();
        var busy = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrators.Collects), 1, Cancel);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.CatchesChild), new Orchestrators.ChildCall(nameof(Orchestrators.Fails), "x", busy));
        Assert.Contains("has not finished", ended.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RetryPolicy_WaitsLongerEachTimeUpToItsCap(bool extendedSessions)
    {
        await using var host = await StartAsync(extendedSessions);
        var key = $"{Guid.NewGuid()}";
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesByPolicy), new Orchestrators.FailFirstInput(key, 3));
        Assert.Equal(4, ended.ReadOutputAs<int>());

        using var http = host.CreateHttp();
        var history = await Management.StatusDocument.GetAsync(http, ended.InstanceId, "showHistory=true");
        var delays = history.Events("TimerFired").Select(timer => (timer.FireAt - timer.ScheduledTime).TotalMilliseconds);
        Assert.Equal([10, 20, 30], delays);
    }

    [Fact]
    public async Task RetryPolicy_GivesUpAfterItsAttempts()
    {
        await using var host = await StartAsync();
        var key = $"{Guid.NewGuid()}";
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesByPolicy), new Orchestrators.FailFirstInput(key, 100));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(4, Calls.Of(key));
        Assert.Contains("failure 4", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(typeof(TaskFailedException).FullName, ended.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task RetryTimeout_EndsRetries()
    {
        await using var host = await StartAsync();
        var key = $"{Guid.NewGuid()}";
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesForTime), new Orchestrators.FailFirstInput(key, 10_000));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.InRange(Calls.Of(key), 1, 5);
    }

    [Fact]
    public async Task RetryHandler_Decides()
    {
        await using var host = await StartAsync(extendedSessions: false);
        var (once, often) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
        Assert.Equal(3, (await host.RunToEndAsync(nameof(Orchestrators.RetriesByHandler), new Orchestrators.FailFirstInput(once, 2))).ReadOutputAs<int>());
        Assert.Equal(
            OrchestrationRuntimeStatus.Failed,
            (await host.RunToEndAsync(nameof(Orchestrators.RetriesByHandler), new Orchestrators.FailFirstInput(often, 9))).RuntimeStatus);
        Assert.Equal(3, Calls.Of(often));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RetriedChild_IsStartedAgainUnderItsId(bool extendedSessions)
    {
        await using var host = await StartAsync(extendedSessions);
        var ended = await host.RunToEndAsync(nameof(Orchestrators.RetriesChild), new Orchestrators.FailFirstInput($"{Guid.NewGuid()}", 2));
        Assert.Equal(3, ended.ReadOutputAs<int>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.Client.GetInstanceAsync(ended.InstanceId + "-child", Cancel))!.RuntimeStatus);
    }

    private Task<TestHost> StartAsync(bool extendedSessions = true) => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(Orchestrators)) { ExtendedSessions = extendedSessions }, Cancel);
}
