using System.Diagnostics;
using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Hosting;
using AeServerless.EmbeddedHost.Management;
using AeServerless.EmbeddedHost.Orchestrations.History;
using AeServerless.EmbeddedHost.Storage;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>The client that <c>[DurableClient]</c> binds: it speaks to the engine in this process.</summary>
internal sealed class HostedDurableTaskClient(
    OrchestrationEngine engine, InstanceStore store, InstanceChanges changes, HostSettings settings, IManagementAddresses addresses)
    : DurableTaskClient(settings.HubName), IManagementAddresses
{
    public string BaseAddress => addresses.BaseAddress;

    public string Query => addresses.Query;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        var instanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.Validate(instanceId);
        var started = new ExecutionStarted(
            engine.Now,
            orchestratorName,
            PayloadJson.Serialize(input),
            null,
            options?.Version,
            options?.Tags is { Count: > 0 } tags ? tags : null,
            options?.StartAt?.UtcDateTime,
            Activity.Current?.Id);
        await SendAsync(instanceId, done => new InstanceMessage.Start(started, done), cancellation);
        return instanceId;
    }

    public override async Task<OrchestrationMetadata?> GetInstanceAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return await store.ReadAsync(instanceId, getInputsAndOutputs, cancellation) is { } stored ? ToMetadata(stored.State, getInputsAndOutputs) : null;
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new InstancePages(store, filter ?? new(), settings.HubName);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.RuntimeStatus != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.IsCompleted, getInputsAndOutputs, cancellation);

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return TakeAsync(instanceId, new EventRaised(engine.Now, eventName, PayloadJson.Serialize(eventPayload)), cancellation);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        TakeAsync(instanceId, new ExecutionSuspended(engine.Now, reason), cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        TakeAsync(instanceId, new ExecutionResumed(engine.Now, reason), cancellation);

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        TakeAsync(instanceId, new ExecutionTerminated(engine.Now, PayloadJson.Serialize(options?.Output), options?.Recursive ?? false), cancellation);

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var purged = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Send(instanceId, new InstanceMessage.Purge(purged));
        return new(await purged.Task.WaitAsync(cancellation) ? 1 : 0);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var finished = filter.Statuses?.Where(IsFinal).ToList()
            ?? [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        if (finished.Count == 0)
            return new(0);

        var count = 0;
        await foreach (var instance in GetAllInstancesAsync(new(filter.CreatedFrom, filter.CreatedTo, finished)).WithCancellation(cancellation))
            count += (await PurgeInstanceAsync(instance.InstanceId, cancellation)).PurgedInstanceCount;
        return new(count);
    }

    public override async Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var stored = await store.ReadAsync(instanceId, payloads: true, cancellation)
            ?? throw new ArgumentException($"There is no orchestration instance with the id '{instanceId}'.", nameof(instanceId));
        var state = stored.State;
        if (!state.IsCompleted && !restartWithNewInstanceId)
            throw new InvalidOperationException($"Orchestration instance '{instanceId}' has not finished: it is {state.Status}.");

        var newId = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        var started = new ExecutionStarted(engine.Now, state.Name, state.Input, null, state.Version, state.Tags, null, Activity.Current?.Id);
        await SendAsync(newId, done => new InstanceMessage.Start(started, done), cancellation);
        return newId;
    }

    internal static OrchestrationMetadata ToMetadata(InstanceState state, bool payloads) => new(state.Name, state.InstanceId)
    {
        RuntimeStatus = state.Status,
        CreatedAt = state.CreatedAt,
        LastUpdatedAt = state.LastUpdatedAt,
        SerializedInput = payloads ? state.Input : null,
        SerializedOutput = payloads ? state.Output : null,
        SerializedCustomStatus = payloads ? state.CustomStatus : null,
        FailureDetails = payloads ? state.Failure : null,
        Tags = state.Tags ?? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty,
        RequestedInputsAndOutputs = payloads,
    };

    private static bool IsFinal(OrchestrationRuntimeStatus status) =>
        status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    private Task TakeAsync(string instanceId, Arrival arrival, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return SendAsync(instanceId, done => new InstanceMessage.Take(null, arrival, done), cancellation);
    }

    private async Task SendAsync(string instanceId, Func<TaskCompletionSource, InstanceMessage> message, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Send(instanceId, message(done));
        await done.Task.WaitAsync(cancellation);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<OrchestrationMetadata, bool> condition, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        while (true)
        {
            var change = changes.NextAsync(instanceId);
            var instance = await GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation)
                ?? throw new InvalidOperationException($"There is no orchestration instance with the id '{instanceId}'.");
            if (condition(instance))
            {
                changes.Notify(instanceId);
                return instance;
            }

            await change.WaitAsync(cancellation);
        }
    }
}
