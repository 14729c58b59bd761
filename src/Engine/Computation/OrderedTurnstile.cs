namespace AeServerless.Engine.Computation;

/// <summary>Lets threads through in the order of their numbers. When one of them fails, it aborts, and the others stop waiting.</summary>
internal sealed class OrderedTurnstile
{
    private readonly object _lock = new();
    private int _next;
    private bool _aborted;

    /// <summary>Waits until all threads before <paramref name="turn"/> have passed.</summary>
    /// <returns>True when it is this thread's turn; false after an abort.</returns>
    public bool WaitFor(int turn)
    {
        lock (_lock)
        {
            while (_next != turn && !_aborted)
            {
                Monitor.Wait(_lock);
            }

            return !_aborted;
        }
    }

    /// <summary>Lets the next thread through.</summary>
    public void Advance()
    {
        lock (_lock)
        {
            _next++;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Releases all waiting threads: one before them failed.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _aborted = true;
            Monitor.PulseAll(_lock);
        }
    }
}
