using Microsoft.DurableTask.Client;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class NonDeterminismTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(nameof(BadOrchestrators.CallsAnother), "activity 'Step' (#0)", "activity 'Other' (#0)")]
    [InlineData(nameof(BadOrchestrators.CallsLess), "activity 'Other' (#1)", "nothing")]
    [InlineData(nameof(BadOrchestrators.CallsMore), "nothing more", "activity 'Other' (#1)")]
    [InlineData(nameof(BadOrchestrators.EndsEarly), "activity 'Step' (#0)", "its end")]
    [InlineData(nameof(BadOrchestrators.TakesTheClock), "timer (#0) for", "timer (#0) for")]
    [InlineData(nameof(BadOrchestrators.ChildOfChance), "sub-orchestration 'Nothing'", "sub-orchestration 'Nothing'")]
    public async Task CodeThatDiverges_FailsSayingWhatWasExpectedAndWhatCame(string orchestrator, string expected, string came)
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync(orchestrator);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.EndsWith("NonDeterministicOrchestrationException", ended.FailureDetails!.ErrorType, StringComparison.Ordinal);
        Assert.Contains($"its history has {expected}", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains($"came to {came}", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(BadOrchestrators.AwaitsDelay))]
    [InlineData(nameof(BadOrchestrators.LeavesItsThread))]
    public async Task CodeThatLeavesItsThread_Fails(string orchestrator)
    {
        await using var host = await StartAsync();
        var ended = await host.RunToEndAsync(orchestrator);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);

        // A delay that is over before it is awaited does no harm at first: then the replay tells.
        Assert.Matches("not (durable|deterministic)", ended.FailureDetails!.ErrorMessage);
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(
        new(azurite.ConnectionString, typeof(BadOrchestrators)) { ExtendedSessions = false }, TestContext.Current.CancellationToken);
}
