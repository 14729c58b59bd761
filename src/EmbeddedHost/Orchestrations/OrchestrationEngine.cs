using System.Collections.Concurrent;
using System.Diagnostics;
using AeServerless.EmbeddedHost.Activities;
using AeServerless.EmbeddedHost.Hosting;
using AeServerless.EmbeddedHost.Orchestrations.Execution;
using AeServerless.EmbeddedHost.Orchestrations.History;
using AeServerless.EmbeddedHost.Storage;
using AeServerless.EmbeddedHost.Timers;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>All instances that are in memory, and what they share.</summary>
internal sealed class OrchestrationEngine(
    InstanceStore store,
    HostSettings settings,
    ActivityQueue activities,
    DurableTimers timers,
    OrchestratorStarter starter,
    InstanceChanges changes,
    TimeProvider time,
    ILoggerFactory loggerFactory) : IDisposable
{
    private readonly ConcurrentDictionary<string, InstanceRunner> _runners = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(settings.MaxOrchestrators);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource? _idle;
    private int _active;

    public InstanceStore Store => store;

    public HostSettings Settings => settings;

    public ActivityQueue Activities => activities;

    public DurableTimers Timers => timers;

    public ILogger Logger { get; } = loggerFactory.CreateLogger<OrchestrationEngine>();

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Cancelled when nothing may be written any more.</summary>
    public CancellationToken Stopped => _stopped.Token;

    public bool IsStopped => _stopped.IsCancellationRequested;

    /// <summary>Instances in memory.</summary>
    public int InMemory => _runners.Count;

    /// <summary>Connects what answers come from: activities and timers.</summary>
    public void Start()
    {
        activities.Answered = (item, answer) => Send(item.InstanceId, new InstanceMessage.Take(item.Token.ExecutionId, answer));
        timers.Fired = (instanceId, executionId, id) => Send(
            instanceId,
            id == ExecutionToken.StartTimer ? new InstanceMessage.Wake() : new InstanceMessage.Take(executionId, new TimerFired(Now, id)));
    }

    /// <summary>Loads every instance that has not ended, which hands out again what it waits for.</summary>
    /// <returns>How many there are.</returns>
    public async Task<int> RecoverAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var instanceId in store.UnfinishedAsync(cancellationToken))
        {
            Send(instanceId, new InstanceMessage.Wake());
            count++;
        }

        return count;
    }

    public void Send(string instanceId, InstanceMessage message)
    {
        while (!_runners.GetOrAdd(instanceId, static (id, engine) => new(id, engine), this).TrySend(message))
        {
            if (IsStopped)
            {
                message.Done?.TrySetException(new OperationCanceledException("The host is stopping."));
                return;
            }
        }
    }

    public void Retire(InstanceRunner runner) => _runners.TryRemove(new(runner.InstanceId, runner));

    /// <summary>Runs a runner in the background, and counts it until it is through.</summary>
    public void Track(Func<Task> run)
    {
        lock (_gate)
            _active++;
        _ = Task.Run(async () =>
        {
            try
            {
                await run();
            }
            finally
            {
                lock (_gate)
                {
                    if (--_active == 0)
                        _idle?.TrySetResult();
                }
            }
        });
    }

    /// <summary>Waits until no runner has anything to do.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
            return _active == 0 ? Task.CompletedTask : (_idle = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public Task EnterTurnAsync() => _turns.WaitAsync(Stopped);

    public void LeaveTurn() => _turns.Release();

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, time, Stopped).ContinueWith(static _ => { }, TaskScheduler.Default);

    public OrchestrationExecution CreateExecution(InstanceState state) => new(
        state.InstanceId,
        state.ExecutionId,
        starter,
        loggerFactory,
        () => Send(state.InstanceId, new InstanceMessage.Strayed(state.ExecutionId)));

    public void Changed(string instanceId) => changes.Notify(instanceId);

    /// <summary>Removes what earlier executions left; what can't be removed now is removed with the instance.</summary>
    public async Task CleanAsync(InstanceState state)
    {
        try
        {
            await store.DeleteOtherExecutionsAsync(state, Stopped);
        }
        catch (Exception e) when (StorageFaults.IsStorage(e))
        {
            Logger.CleaningFailed(e, state.InstanceId);
        }
    }

    public Activity? StartTurnSpan(InstanceState state)
    {
        ActivityContext.TryParse(state.TraceParent, null, out var parent);
        var span = HostTelemetry.Source.StartActivity($"orchestration {state.Name}", ActivityKind.Internal, parent);
        span?.SetTag("durabletask.task.name", state.Name).SetTag("durabletask.task.instance_id", state.InstanceId);
        return span;
    }

    /// <summary>Stops for good: what is not committed is dropped.</summary>
    public void Stop() => _stopped.Cancel();

    public void Dispose()
    {
        _stopped.Dispose();
        _turns.Dispose();
    }
}
