using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>Hands out what the turns of an instance ask for: each action once, however often the instance is read again.</summary>
internal sealed class ActionDispatcher(string instanceId, OrchestrationEngine engine)
{
    private readonly HashSet<int> _dispatched = [];
    private ExecutionToken _token = new("");

    /// <summary>From here on actions are those of this execution.</summary>
    public void Begin(string executionId)
    {
        if (_token.ExecutionId == executionId)
            return;
        _token = new(executionId);
        _dispatched.Clear();
    }

    /// <summary>Tells activities that are under way that nobody waits for them.</summary>
    public void Abandon() => _token.Abandon();

    /// <summary>The execution has ended: what was handed out need not be known any more.</summary>
    public void End() => _dispatched.Clear();

    public void Dispatch(InstanceState state, IReadOnlyList<OrchestrationAction> actions)
    {
        foreach (var action in actions)
        {
            if (!_dispatched.Add(action.Id))
                continue;
            switch (action)
            {
                case ScheduleActivity activity:
                    engine.Activities.Add(new(instanceId, _token, activity, state.TraceParent));
                    break;
                case CreateTimer timer:
                    engine.Timers.Add(instanceId, state.ExecutionId, timer.Id, timer.FireAt);
                    break;
                case CallSubOrchestration call:
                    var parent = new ParentReference(state.Name, instanceId, state.ExecutionId, call.Id);
                    engine.Send(call.InstanceId, new InstanceMessage.Start(
                        new(engine.Now, call.Name, call.Input, parent, call.Version, null, null, state.TraceParent)));
                    break;
            }
        }
    }
}
