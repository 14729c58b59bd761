using AeServerless.Contracts;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Cleanup;

/// <summary>Removes results that no kept run refers to.</summary>
public sealed class CollectGarbage(ResultCleaner cleaner, ILogger<CollectGarbage> logger)
{
    /// <summary>Cleans up, or says what would be removed.</summary>
    [Function(nameof(CollectGarbage))]
    public async Task<CleanupReport> RunAsync(
        [ActivityTrigger] CleanupOptions options, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var report = await cleaner.CleanAsync(options, (runId, token) => IsInFlightAsync(client, runId, token), cancellationToken);
        Log.CleanedUp(
            logger,
            report.Applied ? "Removed" : "Would remove",
            report.RemovedResults,
            report.RemovedRuns,
            report.RemovedBytes,
            report.KeptRuns);
        return report;
    }

    private static async Task<bool> IsInFlightAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(runId, getInputsAndOutputs: false, cancellationToken) is
        {
            RuntimeStatus: not (
                OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated)
        };
}
