using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using AeServerless.LocalHost.Settings;
using DurableTask.AzureStorage;
using DurableTask.Core;

namespace AeServerless.LocalHost.Durable;

/// <summary>
/// The engine's storage, kept off the work that is not this host's by its role; a stop waits for the activities that were taken.
/// </summary>
internal sealed class RoleService(AzureStorageOrchestrationService inner, HostRole role) : IOrchestrationService
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<TaskActivityWorkItem, bool> _taken = new();

    public int TaskOrchestrationDispatcherCount => inner.TaskOrchestrationDispatcherCount;

    public int MaxConcurrentTaskOrchestrationWorkItems => inner.MaxConcurrentTaskOrchestrationWorkItems;

    public BehaviorOnContinueAsNew EventBehaviourForContinueAsNew => inner.EventBehaviourForContinueAsNew;

    public int TaskActivityDispatcherCount => inner.TaskActivityDispatcherCount;

    public int MaxConcurrentTaskActivityWorkItems => inner.MaxConcurrentTaskActivityWorkItems;

    public async Task StartAsync()
    {
        if (role != HostRole.Worker)
        {
            await inner.StartAsync();
            return;
        }

        // Starting the engine's storage takes leases on partitions, which a worker must not own. Of what the start does, fetching
        // activities needs these two alone, and the package has no other way to them.
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        await inner.CreateIfNotExistsAsync();
        ShutdownSource(inner) ??= new CancellationTokenSource();
        var ownership = typeof(AzureStorageOrchestrationService).GetField("appLeaseManager", Hidden)!.GetValue(inner)!;
        ownership.GetType().GetMethod("SetActivityOwnership", Hidden)!.Invoke(ownership, [true]);
    }

    public Task StopAsync() => StopAsync(isForced: false);

    public async Task StopAsync(bool isForced)
    {
        // Partitions are free for others at once; of activities, the answers are still to be sent.
        var stopping = role == HostRole.Worker ? ShutdownSource(inner).CancelAsync() : inner.StopAsync(isForced: false);
        while (!_taken.IsEmpty)
        {
            await Task.Delay(LookAgainAfter);
        }

        await stopping;
    }

    public Task CreateAsync() => inner.CreateAsync();

    public Task CreateAsync(bool recreateInstanceStore) => inner.CreateAsync(recreateInstanceStore);

    public Task CreateIfNotExistsAsync() => inner.CreateIfNotExistsAsync();

    public Task DeleteAsync() => inner.DeleteAsync();

    public Task DeleteAsync(bool deleteInstanceStore) => inner.DeleteAsync(deleteInstanceStore);

    public bool IsMaxMessageCountExceeded(int currentMessageCount, OrchestrationRuntimeState runtimeState) =>
        inner.IsMaxMessageCountExceeded(currentMessageCount, runtimeState);

    // The engine's storage asks for ten seconds, in which all orchestrations of the host wait: long enough for the messages that it has in
    // memory to be handed out once more, so that their completion fails in its turn, and so on for ever. What failed comes back by itself,
    // later each time.
    public int GetDelayInSecondsAfterOnProcessException(Exception exception) => 0;

    public int GetDelayInSecondsAfterOnFetchException(Exception exception) => 1;

    public Task<TaskOrchestrationWorkItem?> LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        role == HostRole.Worker
            ? NoneAsync<TaskOrchestrationWorkItem>(receiveTimeout, cancellationToken)
            : inner.LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, cancellationToken)!;

    public Task RenewTaskOrchestrationWorkItemLockAsync(TaskOrchestrationWorkItem workItem) =>
        inner.RenewTaskOrchestrationWorkItemLockAsync(workItem);

    public Task CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState) => inner.CompleteTaskOrchestrationWorkItemAsync(
            workItem,
            newOrchestrationRuntimeState,
            outboundMessages,
            orchestratorMessages,
            timerMessages,
            continuedAsNewMessage,
            orchestrationState);

    public Task AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem) =>
        inner.AbandonTaskOrchestrationWorkItemAsync(workItem);

    public Task ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem) =>
        inner.ReleaseTaskOrchestrationWorkItemAsync(workItem);

    public async Task<TaskActivityWorkItem?> LockNextTaskActivityWorkItem(TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        if (role == HostRole.Control)
        {
            return await NoneAsync<TaskActivityWorkItem>(receiveTimeout, cancellationToken);
        }

        if (await inner.LockNextTaskActivityWorkItem(receiveTimeout, cancellationToken) is not { } workItem)
        {
            return null;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // The engine would drop it, and nobody had it until its time is over.
            await inner.AbandonTaskActivityWorkItemAsync(workItem);
            return null;
        }

        _taken[workItem] = true;
        return workItem;
    }

    public Task<TaskActivityWorkItem> RenewTaskActivityWorkItemLockAsync(TaskActivityWorkItem workItem) =>
        inner.RenewTaskActivityWorkItemLockAsync(workItem);

    public async Task CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage)
    {
        await inner.CompleteTaskActivityWorkItemAsync(workItem, responseMessage);
        _taken.TryRemove(workItem, out _);
    }

    // Comes as well where the completion failed.
    public async Task AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem)
    {
        try
        {
            await inner.AbandonTaskActivityWorkItemAsync(workItem);
        }
        finally
        {
            _taken.TryRemove(workItem, out _);
        }
    }

    // As the engine's own storage does where there is none: it waits for the time given, and answers with nothing.
    private static async Task<T?> NoneAsync<T>(TimeSpan receiveTimeout, CancellationToken cancellationToken)
        where T : class
    {
        await Task.Delay(receiveTimeout, cancellationToken).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return null;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "shutdownSource")]
    private static extern ref CancellationTokenSource ShutdownSource(AzureStorageOrchestrationService service);
}
