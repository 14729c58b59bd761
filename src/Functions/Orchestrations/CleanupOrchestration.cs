using AeServerless.Contracts;
using AeServerless.Functions.Cleanup;

namespace AeServerless.Functions.Orchestrations;

/// <summary>A cleanup. There is one at a time: its instance id is fixed.</summary>
public static class CleanupOrchestration
{
    /// <summary>The instance id.</summary>
    public const string InstanceId = "cleanup";

    /// <summary>Cleans up and gives back the report.</summary>
    [Function(nameof(CleanupOrchestration))]
    public static Task<CleanupReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, CleanupOptions options) =>
        context.CallActivityAsync<CleanupReport>(nameof(CollectGarbage), options, Retries.Activity);
}
