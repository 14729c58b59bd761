using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.Orchestrations.History;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>The context that an orchestrator sees: it numbers what is asked for and hands out tasks that arrivals complete.</summary>
internal sealed class ReplayedContext(
    string instanceId, string executionId, ExecutionStarted started, OrchestrationThread thread, ILoggerFactory loggerFactory) : TaskOrchestrationContext
{
    private const int LongestCustomStatus = 16 * 1024;

    private readonly Dictionary<int, OpenTask> _open = [];
    private readonly ExternalEvents _events = new();
    private List<OrchestrationAction> _actions = [];
    private List<int> _cancelledTimers = [];
    private DateTime _now;
    private bool _replaying;
    private int _nextId;
    private int _guids;

    public override TaskName Name { get; } = started.Name;

    public override string InstanceId { get; } = instanceId;

    public override ParentOrchestrationInstance? Parent { get; } = started.Parent is { } parent ? new(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    public override string Version { get; } = started.Version ?? "";

    public string? CustomStatus { get; private set; }

    public (string? Input, bool PreserveEvents)? ContinuedAsNew { get; private set; }

    public IReadOnlyList<EventRaised> UnclaimedEvents => _events.Unclaimed;

    protected override ILoggerFactory LoggerFactory { get; } = loggerFactory;

    public void BeginTurn(DateTime now, bool replaying)
    {
        _now = now;
        _replaying = replaying;
    }

    public (IReadOnlyList<OrchestrationAction> Actions, IReadOnlyList<int> CancelledTimers) EndTurn()
    {
        var turn = (_actions, _cancelledTimers);
        (_actions, _cancelledTimers) = ([], []);
        return turn;
    }

    /// <summary>Completes the task that an arrival answers. One that nobody holds any more, such as a timer given up, is nothing.</summary>
    public void Deliver(Arrival arrival)
    {
        switch (arrival)
        {
            case TaskCompleted completed when _open.Remove(completed.TaskId, out var task):
                task.Complete(completed.Result);
                break;
            case TaskFailed failed when _open.Remove(failed.TaskId, out var task):
                task.Fail(new TaskFailedException(task.Name, failed.TaskId, failed.Failure));
                break;
            case TimerFired fired when _open.Remove(fired.TimerId, out var task):
                task.Complete(null);
                break;
            case EventRaised raised:
                _events.Raise(raised);
                break;
        }
    }

    public override T? GetInput<T>()
        where T : default => PayloadJson.Deserialize<T>(started.Input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        var json = PayloadJson.Serialize(input);
        return RetriedCall.Run(this, options?.Retry, () => Call<TResult>(Named(name), id => new ScheduleActivity(id, name, json)));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        var json = PayloadJson.Serialize(input);
        var chosen = (options as SubOrchestrationOptions)?.InstanceId;
        var version = (options as SubOrchestrationOptions)?.Version;
        if (chosen is not null)
            InstanceIds.Validate(chosen);
        return RetriedCall.Run(this, options?.Retry, () => Call<TResult>(
            Named(orchestratorName),
            id => new CallSubOrchestration(id, orchestratorName, chosen ?? NewGuid().ToString("N"), json, version)));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        CheckThread();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        var utc = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        var source = new TaskCompletionSource();
        var id = _nextId++;
        _actions.Add(new CreateTimer(id, utc));
        _open.Add(id, new("", _ => source.TrySetResult(), e => source.TrySetException(e)));
        cancellationToken.Register(() =>
        {
            if (_open.Remove(id))
            {
                _cancelledTimers.Add(id);
                source.TrySetCanceled(cancellationToken);
            }
        });
        return source.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        CheckThread();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return _events.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SetCustomStatus(object? customStatus)
    {
        CheckThread();
        var json = PayloadJson.Serialize(customStatus);
        CustomStatus = json?.Length > LongestCustomStatus ? JsonSerializer.Serialize(string.Concat(json.AsSpan(0, LongestCustomStatus), "…")) : json;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        CheckThread();
        ContinuedAsNew = (PayloadJson.Serialize(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        CheckThread();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{InstanceId}\n{executionId}\n{_guids++}"));

        // RFC 9562 version 8: bits of the maker's choice, here of a hash.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }

    private static string Named(TaskName name) =>
        string.IsNullOrEmpty(name.Name) ? throw new ArgumentException("The name of what to call is missing.", nameof(name)) : name.Name;

    private Task<T> Call<T>(string name, Func<int, OrchestrationAction> action)
    {
        CheckThread();
        var source = new TaskCompletionSource<T>();
        var id = _nextId++;
        _actions.Add(action(id));
        _open.Add(id, new(name, source.SetJson, e => source.TrySetException(e)));
        return source.Task;
    }

    private void CheckThread()
    {
        if (!thread.IsCurrent)
            throw new InvalidOperationException(StrayedMessage(Name));
    }

    public static string StrayedMessage(string name) =>
        $"Orchestrator '{name}' awaited something that is not durable, or left its thread (Task.Run, Task.Delay, ConfigureAwait(false), I/O). " +
        "It may await only tasks of its TaskOrchestrationContext; anything else belongs in an activity.";
}
