using AeServerless.LocalHost.Storage;
using DurableTask.AzureStorage;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using EngineQuery = DurableTask.Core.Query.OrchestrationQuery;

namespace AeServerless.LocalHost.Durable;

/// <summary>The client that <c>[DurableClient]</c> binds: it speaks to the task hub's storage through the engine of this process.</summary>
internal sealed class LocalDurableTaskClient(AzureStorageOrchestrationService service, string hub) : DurableTaskClient(hub)
{
    private const int Retries = 4;
    private const int FindAgain = -1;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    // What has ended may be started again under its id; what is under way may not.
    private static readonly OrchestrationStatus[] UnderWay =
        [OrchestrationStatus.Pending, OrchestrationStatus.Running, OrchestrationStatus.Suspended, OrchestrationStatus.ContinuedAsNew];

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.Validate(id);
        await ScheduleAsync(
            id, orchestratorName.Name, options?.Version?.Version ?? "", Serialize(input), options?.StartAt?.UtcDateTime, options?.Tags);
        return id;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return SendAsync(instanceId, new EventRaisedEvent(FindAgain, Serialize(eventPayload)) { Name = eventName });
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionSuspendedEvent(FindAgain, reason));

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionResumedEvent(FindAgain, reason));

    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        InstanceIds.Validate(instanceId);
        if (options?.Recursive == true)
        {
            throw new NotSupportedException(
                "The Azure Storage backend does not terminate sub-orchestrations with their parent: terminate each.");
        }

        // Asked first: a message to an instance that is not there makes the engine pause all orchestrations of this host.
        if (await FindAsync(instanceId, fetchInput: false) is null)
        {
            throw Unknown(instanceId);
        }

        await service.ForceTerminateTaskOrchestrationAsync(instanceId, Serialize(options?.Output));
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return await FindAsync(instanceId, getInputsAndOutputs) is { } state ? Instance.ToMetadata(state, getInputsAndOutputs) : null;
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        filter ??= new OrchestrationQuery();
        return Pageable.Create(async (continuation, pageSize, cancellation) =>
        {
            var page = await service.GetOrchestrationWithQueryAsync(
                new EngineQuery
                {
                    CreatedTimeFrom = filter.CreatedFrom?.UtcDateTime,
                    CreatedTimeTo = filter.CreatedTo?.UtcDateTime,
                    RuntimeStatus = filter.Statuses?.Select(status => (OrchestrationStatus)status).ToList(),
                    InstanceIdPrefix = filter.InstanceIdPrefix,
                    PageSize = pageSize ?? filter.PageSize,
                    ContinuationToken = continuation ?? filter.ContinuationToken,
                    FetchInputsAndOutputs = filter.FetchInputsAndOutputs,
                    ExcludeEntities = true,
                },
                cancellation);
            var instances = page.OrchestrationState.Select(state => Instance.ToMetadata(state, filter.FetchInputsAndOutputs)).ToList();
            return new Page<OrchestrationMetadata>(instances, page.ContinuationToken);
        });
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.RuntimeStatus != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.IsCompleted, getInputsAndOutputs, cancellation);

    public override async Task<Microsoft.DurableTask.Client.PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (await FindAsync(instanceId, fetchInput: false) is not { } state || UnderWay.Contains(state.OrchestrationStatus))
        {
            return new(0);
        }

        var purged = await service.PurgeInstanceHistoryAsync(instanceId);
        return new(purged.InstancesDeleted);
    }

    public override async Task<Microsoft.DurableTask.Client.PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var ended = (
            filter.Statuses
                ?? [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated])
            .Where(status => !UnderWay.Contains((OrchestrationStatus)status))
            .Select(status => (OrchestrationStatus)status)
            .ToList();
        if (ended.Count == 0)
        {
            return new(0);
        }

        var purged = await service.PurgeInstanceHistoryAsync(
            filter.CreatedFrom?.UtcDateTime ?? DateTime.UnixEpoch, filter.CreatedTo?.UtcDateTime, ended);
        return new(purged.InstancesDeleted);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var state = await FindAsync(instanceId, fetchInput: true) ?? throw Unknown(instanceId);
        if (!restartWithNewInstanceId && UnderWay.Contains(state.OrchestrationStatus))
        {
            throw new InvalidOperationException($"Orchestration instance '{instanceId}' has not ended: it is {state.OrchestrationStatus}.");
        }

        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        await ScheduleAsync(id, state.Name, state.Version, state.Input, startAt: null, state.Tags?.AsReadOnly());
        return id;
    }

    /// <summary>The history of an instance as the engine keeps it: a JSON array of its events.</summary>
    public Task<string> ReadHistoryAsync(string instanceId) => service.GetOrchestrationHistoryAsync(instanceId, executionId: null);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string? Serialize(object? value) => JsonDataConverter.Default.Serialize(value);

    private static ArgumentException Unknown(string instanceId) =>
        new($"There is no orchestration instance with the id '{instanceId}'.", nameof(instanceId));

    private async Task ScheduleAsync(
        string id, string name, string version, string? input, DateTime? startAt, IReadOnlyDictionary<string, string>? tags)
    {
        var instance = new OrchestrationInstance { InstanceId = id, ExecutionId = Guid.NewGuid().ToString("N") };
        var started = new ExecutionStartedEvent(FindAgain, input)
        {
            Name = name,
            Version = version,
            OrchestrationInstance = instance,
            ScheduledStartTime = startAt,
            Tags = tags is { Count: > 0 } ? tags.ToDictionary() : null,
        };
        var message = new TaskMessage { OrchestrationInstance = instance, Event = started };
        for (var attempt = 0; ; attempt++)
        {
            await RetryAsync(StorageFaults.Answering(() => service.CreateTaskOrchestrationAsync(message, UnderWay)));

            // The engine takes some refusals of storage for another start that came first, and says nothing: so it is looked for.
            var state = await FindAsync(id, fetchInput: false);
            if (state is not null
                && (state.OrchestrationInstance.ExecutionId == instance.ExecutionId || UnderWay.Contains(state.OrchestrationStatus)))
            {
                return;
            }

            if (attempt == Retries)
            {
                throw new InvalidOperationException($"Orchestration instance '{id}' could not be started: storage refuses its row.");
            }

            await Task.Delay(StorageFaults.Delay(attempt));
        }
    }

    private Task SendAsync(string instanceId, HistoryEvent message)
    {
        InstanceIds.Validate(instanceId);
        return service.SendTaskOrchestrationMessageAsync(
            new TaskMessage { OrchestrationInstance = new OrchestrationInstance { InstanceId = instanceId }, Event = message });
    }

    private async Task<OrchestrationState?> FindAsync(string instanceId, bool fetchInput)
    {
        var states = await RetryAsync(() => service.GetOrchestrationStateAsync(instanceId, allExecutions: false, fetchInput));
        return states is [{ } state, ..] ? state : null;
    }

    // The engine's own requests are retried by the SDK alone; what passes a little later is waited for here, and the caller
    // told of the rest.
    private static Task<T> RetryAsync<T>(Func<Task<T>> ask) =>
        StorageFaults.RetryAsync(ask, (_, _) => { }, TimeProvider.System, CancellationToken.None, Retries);

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<OrchestrationMetadata, bool> condition, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        while (true)
        {
            var instance = await GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation) ?? throw Unknown(instanceId);
            if (condition(instance))
            {
                return instance;
            }

            await Task.Delay(PollInterval, cancellation);
        }
    }
}
