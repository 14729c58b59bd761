namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>
/// Runs an orchestrator's continuations on the thread that runs the turn, in the order in which they become ready. What arrives from
/// another thread means that the orchestrator awaited something that is not durable.
/// </summary>
/// <param name="strayed">Called, on whatever thread, when that happens.</param>
internal sealed class OrchestrationThread(Action strayed) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private int _threadId;

    public bool IsCurrent => _threadId == Environment.CurrentManagedThreadId;

    public void Run(Action turn)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        _threadId = Environment.CurrentManagedThreadId;
        try
        {
            turn();
        }
        finally
        {
            _threadId = 0;
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs until nothing is ready any more.</summary>
    public void Drain()
    {
        while (_ready.TryDequeue(out var next))
            next.Callback(next.State);
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
            _ready.Enqueue((d, state));
        else
            strayed();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!IsCurrent)
            throw new NotSupportedException("An orchestrator has one thread, and only the host runs it.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
