using System.Diagnostics;
using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations.Execution;
using AeServerless.EmbeddedHost.Orchestrations.History;
using AeServerless.EmbeddedHost.Storage;
using Azure;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>
/// What one instance does with its messages: takes them in, runs turns, commits, and only then lets anything of it be seen outside.
/// Used by one runner, one message batch at a time.
/// </summary>
internal sealed class InstanceProcessor(string instanceId, OrchestrationEngine engine)
{
    /// <summary>Numbers of actions that no arrival has answered.</summary>
    private readonly HashSet<int> _open = [];

    private readonly List<Arrival> _waiting = [];
    private readonly ActionDispatcher _dispatcher = new(instanceId, engine);
    private StoredInstance? _stored;
    private OrchestrationExecution? _execution;
    private bool _loaded;
    private bool _turnIsDue;

    private InstanceState? State => _stored?.State;

    /// <summary>Whether a turn is due although no message waits.</summary>
    public bool HasWork => _turnIsDue;

    public bool IsNeeded => State is { IsCompleted: false };

    /// <summary>Drops what memory has of the instance.</summary>
    public void Forget()
    {
        _loaded = false;
        _stored = null;
        _execution = null;
        _turnIsDue = false;
    }

    public async Task ProcessAsync(List<InstanceMessage> batch)
    {
        if (!_loaded)
            await LoadAsync();

        // A message that is handled leaves the batch: after a failure only the rest is tried again.
        while (batch.Count > 0)
        {
            if (batch[0] is InstanceMessage.Take)
            {
                var takes = batch.TakeWhile(message => message is InstanceMessage.Take).Cast<InstanceMessage.Take>().ToList();
                await TakeAsync(takes);
                batch.RemoveRange(0, takes.Count);
                continue;
            }

            switch (batch[0])
            {
                case InstanceMessage.Start start:
                    await StartAsync(start);
                    break;
                case InstanceMessage.Purge purge:
                    await PurgeAsync(purge);
                    break;
                case InstanceMessage.Wake when State is { IsCompleted: false } waiting:
                    ScheduleTurn(waiting);
                    break;
                case InstanceMessage.Strayed strayed when strayed.ExecutionId == State?.ExecutionId && IsNeeded:
                    await FailAsync(Failures.From(
                        typeof(InvalidOperationException).FullName!, ReplayedContext.StrayedMessage(State.Name)));
                    break;
            }

            batch.RemoveAt(0);
        }

        if (_turnIsDue)
            await StepAsync([]);
    }

    private async Task LoadAsync()
    {
        _stored = await engine.Store.LoadAsync(instanceId, engine.Stopped);
        _execution = null;
        _open.Clear();
        _waiting.Clear();
        _turnIsDue = false;
        _loaded = true;
        if (State is not { IsCompleted: false } state)
            return;

        _dispatcher.Begin(state.ExecutionId);
        var open = OpenActions.Of(_stored!.Pages);
        _open.UnionWith(open.Select(action => action.Id));
        _waiting.AddRange(OpenActions.WaitingIn(_stored.Pages));
        _dispatcher.Dispatch(state, open);
        ScheduleTurn(state);
    }

    private async Task StartAsync(InstanceMessage.Start start)
    {
        var started = start.Started;
        if (State is { } existing)
        {
            if (started.Parent is { } parent && existing.Parent == parent)
            {
                // The parent asks again, after a restart.
                if (existing.IsCompleted && await engine.Store.ReadAsync(instanceId, payloads: true, engine.Stopped) is { } ended)
                    AnswerParent(ended.State);
                return;
            }

            if (!existing.IsCompleted)
            {
                var problem = $"An orchestration instance with the id '{instanceId}' exists and has not finished: it is {existing.Status}.";
                if (started.Parent is { } caller)
                    engine.Send(caller.InstanceId, ParentAnswer.Refusal(caller, problem, engine.Now));
                start.Done?.TrySetException(new InvalidOperationException(problem));
                return;
            }
        }

        var state = new InstanceState(instanceId, Guid.NewGuid().ToString("N"), started.Name)
        {
            CreatedAt = started.Timestamp,
            LastUpdatedAt = engine.Now,
            StartAt = started.StartAt,
            Parent = started.Parent,
            Version = started.Version,
            Tags = started.Tags,
            TraceParent = started.TraceParent,
            Input = started.Input,
        };
        await BeginExecutionAsync(state, [started]);
        start.Done?.TrySetResult();
        engine.Logger.OrchestrationStarted(state.Name, instanceId);
    }

    /// <summary>Commits the first page of an execution. Its first turn follows.</summary>
    private async Task BeginExecutionAsync(InstanceState state, IReadOnlyList<Arrival> arrivals)
    {
        var replaces = _stored is not null;
        await CommitAsync(state with { Pages = 1 }, new(arrivals, null), whole: true);
        _execution = null;
        _open.Clear();
        _waiting.Clear();
        _waiting.AddRange(arrivals);
        _dispatcher.Begin(state.ExecutionId);
        ScheduleTurn(State!);
        if (replaces)
            await engine.CleanAsync(State!);
    }

    private async Task TakeAsync(List<InstanceMessage.Take> takes)
    {
        var arrivals = new List<Arrival>(takes.Count);
        if (State is { IsCompleted: false } state)
        {
            foreach (var take in takes)
            {
                if (take.ExecutionId is not null && take.ExecutionId != state.ExecutionId)
                    continue;
                if (take.Arrival.Answers is not { } answered || (_open.Contains(answered) && !arrivals.Exists(arrival => arrival.Answers == answered)))
                    arrivals.Add(take.Arrival);
            }
        }

        if (arrivals.Count > 0)
            await StepAsync(arrivals);
        takes.ForEach(take => take.Done?.TrySetResult());
    }

    private async Task StepAsync(IReadOnlyList<Arrival> arrivals)
    {
        var state = State!;
        _turnIsDue = false;
        if (arrivals.OfType<ExecutionTerminated>().FirstOrDefault() is { } terminated)
        {
            await TerminateAsync(state, arrivals, terminated);
            return;
        }

        var isDelayed = state.StartAt > engine.Now;
        var status = arrivals.LastOrDefault(arrival => arrival is ExecutionSuspended or ExecutionResumed) switch
        {
            ExecutionSuspended => OrchestrationRuntimeStatus.Suspended,
            ExecutionResumed => isDelayed ? OrchestrationRuntimeStatus.Pending : OrchestrationRuntimeStatus.Running,
            _ => state.Status,
        };
        if (status == OrchestrationRuntimeStatus.Suspended || isDelayed)
        {
            // Accepted, for a turn that comes later.
            await CommitAsync(state with { Status = status, Pages = state.Pages + 1, LastUpdatedAt = engine.Now }, new(arrivals, null), whole: false);
            Accept(arrivals);
            return;
        }

        await TurnAsync(state, arrivals);
    }

    private async Task TurnAsync(InstanceState state, IReadOnlyList<Arrival> arrivals)
    {
        var now = engine.Now;
        TurnResult result;
        using (var span = engine.StartTurnSpan(state))
        {
            try
            {
                var execution = await GetExecutionAsync(state);
                result = execution.Advance([.. _waiting, .. arrivals], now);
            }
            catch (NonDeterministicOrchestrationException e)
            {
                engine.Logger.NonDeterministic(state.Name, instanceId, e.Message);
                result = new([], [], null, new ExecutionOutcome.Failed(Failures.From(typeof(NonDeterministicOrchestrationException).FullName!, e.Message)));
            }

            if (result.Outcome is ExecutionOutcome.Failed failed)
                span?.SetStatus(ActivityStatusCode.Error, failed.Failure.ErrorType);
        }

        if (result.Outcome is ExecutionOutcome.ContinuedAsNew next)
        {
            await ContinueAsNewAsync(state, next, result.CustomStatus);
            return;
        }

        var after = state with
        {
            Pages = state.Pages + 1,
            LastUpdatedAt = now,
            CustomStatus = result.CustomStatus ?? state.CustomStatus,
            Status = result.Outcome switch
            {
                ExecutionOutcome.Completed => OrchestrationRuntimeStatus.Completed,
                ExecutionOutcome.Failed => OrchestrationRuntimeStatus.Failed,
                _ => OrchestrationRuntimeStatus.Running,
            },
            Output = (result.Outcome as ExecutionOutcome.Completed)?.Output,
            Failure = (result.Outcome as ExecutionOutcome.Failed)?.Failure,
        };
        await CommitAsync(after, new(arrivals, new(now, result.Actions)), whole: false);
        Accept(arrivals);
        _waiting.Clear();
        _turnIsDue = false;
        _open.UnionWith(result.Actions.Select(action => action.Id));
        foreach (var timer in result.CancelledTimers)
            engine.Timers.Cancel(instanceId, state.ExecutionId, timer);
        _dispatcher.Dispatch(after, [.. result.Actions.Where(action => !result.CancelledTimers.Contains(action.Id))]);
        if (after.IsCompleted)
            End(after);
        if (!engine.Settings.ExtendedSessions)
            _execution = null;
    }

    private async Task<OrchestrationExecution> GetExecutionAsync(InstanceState state)
    {
        if (_execution is { } live)
            return live;

        var pages = _stored!.Pages.Count == state.Pages ? _stored.Pages : await engine.Store.ReadPagesAsync(state, engine.Stopped);
        var execution = engine.CreateExecution(state);
        execution.Replay(pages);

        // The live execution stands for its history from here on.
        _stored = _stored with { Pages = [] };
        return _execution = execution;
    }

    private async Task ContinueAsNewAsync(InstanceState state, ExecutionOutcome.ContinuedAsNew next, string? customStatus)
    {
        var now = engine.Now;
        var started = new ExecutionStarted(now, state.Name, next.Input, state.Parent, state.Version, null, null, state.TraceParent);
        var row = await engine.Store.ReadAsync(instanceId, payloads: true, engine.Stopped);
        var state2 = state with
        {
            ExecutionId = Guid.NewGuid().ToString("N"),
            Input = next.Input,
            LastUpdatedAt = now,
            Tags = row?.State.Tags,
            CustomStatus = customStatus ?? row?.State.CustomStatus,
            StartAt = null,
            Status = OrchestrationRuntimeStatus.Running,
        };
        engine.Timers.CancelAll(instanceId, state.ExecutionId);
        await BeginExecutionAsync(state2, [started, .. next.Carried]);
    }

    private async Task TerminateAsync(InstanceState state, IReadOnlyList<Arrival> arrivals, ExecutionTerminated terminated)
    {
        var children = terminated.Recursive
            ? OpenActions.Of(await engine.Store.ReadPagesAsync(state, engine.Stopped)).OfType<CallSubOrchestration>().ToList()
            : [];
        var after = state with
        {
            Pages = state.Pages + 1,
            LastUpdatedAt = engine.Now,
            Status = OrchestrationRuntimeStatus.Terminated,
            Output = terminated.Output,
        };

        // Children first: a crash in between leaves a parent that can be terminated again.
        foreach (var child in children)
            engine.Send(child.InstanceId, new InstanceMessage.Take(null, terminated));
        await CommitAsync(after, new(arrivals, null), whole: false);
        _dispatcher.Abandon();
        End(after);
    }

    private async Task FailAsync(TaskFailureDetails failure)
    {
        var after = State! with
        {
            Pages = State!.Pages + 1,
            LastUpdatedAt = engine.Now,
            Status = OrchestrationRuntimeStatus.Failed,
            Failure = failure,
        };
        await CommitAsync(after, new([], null), whole: false);
        End(after);
    }

    private void End(InstanceState ended)
    {
        engine.Timers.CancelAll(instanceId, ended.ExecutionId);
        engine.Logger.OrchestrationEnded(ended.Name, instanceId, ended.Status, ended.Failure?.ErrorMessage);
        _execution = null;
        _turnIsDue = false;
        _waiting.Clear();
        _open.Clear();
        _dispatcher.End();
        AnswerParent(ended);
    }

    private void AnswerParent(InstanceState ended)
    {
        if (ended.Parent is { } parent)
            engine.Send(parent.InstanceId, ParentAnswer.Of(ended, parent, engine.Now));
    }

    private async Task PurgeAsync(InstanceMessage.Purge purge)
    {
        if (State is not { IsCompleted: true })
        {
            purge.Purged.TrySetResult(false);
            return;
        }

        await engine.Store.PurgeAsync(instanceId, engine.Stopped);
        _stored = null;
        engine.Changed(instanceId);
        purge.Purged.TrySetResult(true);
    }

    private async Task CommitAsync(InstanceState after, HistoryPage page, bool whole)
    {
        ETag? previous = _stored?.ETag;
        var etag = await engine.Store.CommitAsync(after, page, previous, whole, engine.Stopped);

        // Payloads are in storage now, and nothing here needs them again.
        _stored = new(after with { Input = null, Tags = null, CustomStatus = null }, etag, []);
        engine.Changed(instanceId);
    }

    private void Accept(IReadOnlyList<Arrival> arrivals)
    {
        _waiting.AddRange(arrivals);
        foreach (var arrival in arrivals)
        {
            if (arrival.Answers is { } answered)
                _open.Remove(answered);
        }
    }

    private void ScheduleTurn(InstanceState state)
    {
        if (state.StartAt is { } startAt && startAt > engine.Now)
            engine.Timers.Add(instanceId, state.ExecutionId, ExecutionToken.StartTimer, startAt.UtcDateTime);
        _turnIsDue = _waiting.Count > 0 && state.Status != OrchestrationRuntimeStatus.Suspended && !(state.StartAt > engine.Now);
    }
}
