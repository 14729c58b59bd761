namespace AeServerless.EmbeddedHost.Timers;

/// <summary>Durable timers that are due some time: in memory, since the history has them.</summary>
internal sealed class DurableTimers(TimeProvider time) : IDisposable
{
    // A system timer takes 49 days at most, and a wall clock may be set.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Key, DateTime> _queue = new();
    private readonly HashSet<Key> _live = [];
    private ITimer? _alarm;
    private bool _stopped;

    /// <summary>Called with instance, execution and number of a timer that is due.</summary>
    public Action<string, string, int> Fired { get; set; } = (_, _, _) => { };

    public int Count
    {
        get
        {
            lock (_gate)
                return _live.Count;
        }
    }

    public void Add(string instanceId, string executionId, int id, DateTime fireAt)
    {
        lock (_gate)
        {
            var key = new Key(instanceId, executionId, id);
            if (_live.Add(key))
                _queue.Enqueue(key, fireAt);
            Arm();
        }
    }

    public void Cancel(string instanceId, string executionId, int id)
    {
        lock (_gate)
            _live.Remove(new(instanceId, executionId, id));
    }

    public void CancelAll(string instanceId, string executionId)
    {
        lock (_gate)
        {
            if (_live.Count > 0)
                _live.RemoveWhere(key => key.ExecutionId == executionId && key.InstanceId == instanceId);
        }
    }

    /// <summary>No timer fires after this.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _alarm?.Dispose();
            _alarm = null;
        }
    }

    public void Dispose() => Stop();

    private void Arm()
    {
        while (_queue.TryPeek(out var dead, out _) && !_live.Contains(dead))
            _queue.Dequeue();
        if (_stopped || !_queue.TryPeek(out _, out var due))
            return;

        // Rounded up: a timer that fires early would have to fire twice.
        var wait = due - time.GetUtcNow().UtcDateTime;
        var sleep = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait >= LongestSleep ? LongestSleep : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        if (_alarm is null)
            _alarm = time.CreateTimer(_ => Ring(), null, sleep, Timeout.InfiniteTimeSpan);
        else
            _alarm.Change(sleep, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        var due = new List<Key>();
        lock (_gate)
        {
            if (_stopped)
                return;
            var now = time.GetUtcNow().UtcDateTime;
            while (_queue.TryPeek(out var key, out var fireAt) && fireAt <= now)
            {
                _queue.Dequeue();
                if (_live.Remove(key))
                    due.Add(key);
            }

            Arm();
        }

        foreach (var key in due)
            Fired(key.InstanceId, key.ExecutionId, key.Id);
    }

    private readonly record struct Key(string InstanceId, string ExecutionId, int Id);
}
