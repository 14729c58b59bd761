using AeServerless.EmbeddedHost.Orchestrations.History;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>
/// One execution of an orchestrator, alive between turns. It is brought to where a history ends by <see cref="Replay"/>, and goes on
/// from there with <see cref="Advance"/>. Both deliver one arrival at a time, so that they take the same path.
/// </summary>
internal sealed class OrchestrationExecution
{
    private readonly string _instanceId;
    private readonly string _executionId;
    private readonly OrchestratorStarter _start;
    private readonly ILoggerFactory _loggerFactory;
    private readonly Action _strayed;
    private readonly OrchestrationThread _thread;
    private ReplayedContext? _context;
    private Task<string?>? _orchestrator;

    /// <summary>Makes an execution that has not begun.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="start">Starts the orchestrator's code.</param>
    /// <param name="loggerFactory">For the orchestrator's loggers.</param>
    /// <param name="strayed">Called from any thread when the code left its own.</param>
    public OrchestrationExecution(
        string instanceId, string executionId, OrchestratorStarter start, ILoggerFactory loggerFactory, Action strayed)
    {
        _instanceId = instanceId;
        _executionId = executionId;
        _start = start;
        _loggerFactory = loggerFactory;
        _strayed = strayed;
        _thread = new(strayed);
    }

    /// <summary>Runs the code over its history.</summary>
    /// <param name="pages">The history; arrivals after its last turn are left for <see cref="Advance"/>.</param>
    /// <exception cref="NonDeterministicOrchestrationException">The code asked for something else than the history has.</exception>
    public void Replay(IReadOnlyList<HistoryPage> pages)
    {
        var arrivals = new List<Arrival>();
        foreach (var page in pages)
        {
            arrivals.AddRange(page.Arrivals);
            if (page.Turn is not { } turn)
                continue;
            var result = Run(arrivals, turn.Timestamp, replaying: true);
            Verify(turn.Actions, result);
            arrivals.Clear();
        }
    }

    /// <summary>Runs the code over new arrivals.</summary>
    /// <param name="arrivals">What no turn has had yet.</param>
    /// <param name="now">What the code sees as the time (UTC).</param>
    /// <returns>What came of it.</returns>
    public TurnResult Advance(IReadOnlyList<Arrival> arrivals, DateTime now) => Run(arrivals, now, replaying: false);

    private TurnResult Run(IReadOnlyList<Arrival> arrivals, DateTime now, bool replaying)
    {
        _context?.BeginTurn(now, replaying);
        _thread.Run(() =>
        {
            foreach (var arrival in arrivals)
            {
                if (arrival is ExecutionStarted started)
                    Begin(started, now, replaying);
                else
                    _context?.Deliver(arrival);
                _thread.Drain();
            }
        });

        if (_context is null)
            throw new InvalidDataException($"The history of instance '{_instanceId}' does not begin with its start.");
        var (actions, cancelledTimers) = _context.EndTurn();
        return new(actions, cancelledTimers, _context.CustomStatus, Outcome());
    }

    private void Begin(ExecutionStarted started, DateTime now, bool replaying)
    {
        _context = new(_instanceId, _executionId, started, _thread, _loggerFactory);
        _context.BeginTurn(now, replaying);
        _orchestrator = _start(started.Name, _context, started.Input);

        // A continuation that ran elsewhere ends the orchestrator elsewhere, and no turn would ever see it.
        _orchestrator.ContinueWith(
            _ =>
            {
                if (!_thread.IsCurrent)
                    _strayed();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private ExecutionOutcome? Outcome()
    {
        if (_orchestrator is not { IsCompleted: true } ended)
            return null;
        if (ended.IsCanceled)
            return new ExecutionOutcome.Failed(Failures.From(new TaskCanceledException("The orchestrator awaited a task that was cancelled.")));
        if (ended.Exception is { } thrown)
            return new ExecutionOutcome.Failed(Failures.From(thrown.InnerException ?? thrown));
        return _context?.ContinuedAsNew is { } next
            ? new ExecutionOutcome.ContinuedAsNew(next.Input, next.PreserveEvents ? _context.UnclaimedEvents : [])
            : new ExecutionOutcome.Completed(ended.Result);
    }

    private void Verify(IReadOnlyList<OrchestrationAction> expected, TurnResult came)
    {
        for (var i = 0; i < Math.Max(expected.Count, came.Actions.Count); i++)
        {
            var then = i < expected.Count ? expected[i] : null;
            var now = i < came.Actions.Count ? came.Actions[i] : null;
            if (then is null || now is null || !then.Matches(now))
                throw Diverged(then?.Describe() ?? "nothing more in this turn", now?.Describe() ?? (came.Outcome is null ? "nothing" : Ended(came.Outcome)));
        }

        // What the history has gone on from can't have ended.
        if (came.Outcome is { } outcome)
            throw Diverged("that it waits", Ended(outcome));
    }

    private static string Ended(ExecutionOutcome outcome) =>
        outcome is ExecutionOutcome.Failed failed ? $"its failure ({failed.Failure})" : "its end";

    private NonDeterministicOrchestrationException Diverged(string expected, string came) => new(
        $"Orchestrator '{_context?.Name}' of instance '{_instanceId}' is not deterministic: on replay, its history has {expected}, but the code came to {came}. " +
        "Either the code changed while the instance ran, or it depends on time, randomness, I/O or the environment.");
}
