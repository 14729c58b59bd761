using AeServerless.Functions.Orchestrations;

namespace AeServerless.Functions.Cleanup;

/// <summary>A cleanup. There is one at a time: its instance id is fixed.</summary>
public static class CleanupOrchestration
{
    /// <summary>The instance id.</summary>
    public const string InstanceId = "cleanup";

    /// <summary>Cleans up and gives back the report.</summary>
    [Function(nameof(CleanupOrchestration))]
    public static Task<CleanupReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, CleanupOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.CallActivityAsync<CleanupReport>(nameof(CollectGarbage), options, Retries.Activity);
    }
}
