using AeServerless.Functions.Cleanup;
using AeServerless.Functions.Orchestrations;

namespace AeServerless.Functions.Starting;

/// <summary>Starts cleanups.</summary>
public static class CleanupStarter
{
    /// <summary>Starts a cleanup, unless one is under way.</summary>
    /// <returns>Whether it was started.</returns>
    public static async Task<bool> StartAsync(DurableTaskClient client, CleanupOptions options, CancellationToken cancellationToken)
    {
        const string id = CleanupOrchestration.InstanceId;
        if (await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false })
        {
            return false;
        }

        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(CleanupOrchestration), options, new StartOrchestrationOptions(InstanceId: id), cancellationToken);
        return true;
    }
}
