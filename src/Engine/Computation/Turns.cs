namespace AeServerless.Engine.Computation;

/// <summary>Lets threads through in the order of what they bring. One of them may fail: then the others are not kept waiting.</summary>
internal sealed class Turns
{
    private readonly object _lock = new();
    private int _next;
    private bool _ended;

    /// <summary>Waits until all before <paramref name="turn"/> have had theirs.</summary>
    /// <returns>Whether it came; not where one before it never will.</returns>
    public bool Await(int turn)
    {
        lock (_lock)
        {
            while (_next != turn && !_ended)
                Monitor.Wait(_lock);
            return !_ended;
        }
    }

    /// <summary>The turn that came is over.</summary>
    public void Pass()
    {
        lock (_lock)
        {
            _next++;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>No turn comes any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }
    }
}
