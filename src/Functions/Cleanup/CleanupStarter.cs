namespace AeServerless.Functions.Cleanup;

/// <summary>Starts cleanups.</summary>
public static class CleanupStarter
{
    /// <summary>Starts a cleanup, unless one is under way.</summary>
    /// <returns>Whether it was started.</returns>
    public static async Task<bool> StartAsync(DurableTaskClient client, CleanupOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (await client.GetInstanceAsync(CleanupOrchestration.InstanceId, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false })
        {
            return false;
        }

        await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(CleanupOrchestration), options, new StartOrchestrationOptions(InstanceId: CleanupOrchestration.InstanceId), cancellationToken);
        return true;
    }
}
