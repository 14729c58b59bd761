using AeServerless.LocalHost.Settings;
using DurableTask.AzureStorage;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Durable;

/// <summary>The engine's settings for a local host.</summary>
internal static class TaskHubSettings
{
    // A partition whose owner died is free after the lease's time; one that moves waits for sessions that are idle.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaseRenewal = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan IdleSession = TimeSpan.FromSeconds(3);

    public static AzureStorageOrchestrationServiceSettings Create(
        HostSettings settings, StorageAccountClientProvider account, ILoggerFactory loggers) => new()
        {
            TaskHubName = settings.HubName,
            AppName = settings.HubName,
            StorageAccountClientProvider = account,
            LoggerFactory = loggers,

            WorkerId = settings.HostId,
            PartitionCount = settings.Partitions,
            MaxConcurrentTaskActivityWorkItems = settings.MaxActivities,
            MaxConcurrentTaskOrchestrationWorkItems = settings.MaxOrchestrators,
            MaxQueuePollingInterval = settings.QueuePollInterval,
            ControlQueueVisibilityTimeout = settings.ControlQueueVisibility,
            WorkItemQueueVisibilityTimeout = settings.WorkItemQueueVisibility,
            ExtendedSessionsEnabled = settings.ExtendedSessions,
            ExtendedSessionIdleTimeout = IdleSession,
            LeaseInterval = Lease,
            LeaseRenewInterval = LeaseRenewal,
            LeaseAcquireInterval = LeaseRenewal,

            // With it one process at a time would own all partitions.
            UseAppLease = false,
            ThrowExceptionOnInvalidDedupeStatus = true,
        };
}
