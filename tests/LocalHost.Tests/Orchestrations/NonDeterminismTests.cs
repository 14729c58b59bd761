using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Orchestrations;

public sealed class NonDeterminismTests(SharedHosts azurite)
{
    [Theory]
    [InlineData(nameof(BadOrchestrators.CallsAnother), "'Step'")]
    [InlineData(nameof(BadOrchestrators.CallsLess), "'Other'")]
    [InlineData(nameof(BadOrchestrators.EndsEarly), "'Step'")]
    public async Task CodeThatDiverges_FailsAndNamesTheStep(string orchestrator, string step)
    {
        var host = await azurite.HostAsync(extendedSessions: false);
        var ended = await host.RunToEndAsync(orchestrator);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("Non-Deterministic", ended.FailureDetails!.ErrorMessage, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(step, ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }
}
