namespace AeServerless.Bench.Scale;

/// <summary>
/// One run, event by event: groups hand out chunks in their windows, the scheduler passes on so many actions a second, workers arrive,
/// compute and are lost, and each group's results are merged on the control app before the next group begins.
/// </summary>
internal sealed class RunSimulation
{
    private readonly ScaleInputs _inputs;
    private readonly Random _random;
    private readonly PriorityQueue<Event, double> _events = new();
    private readonly Queue<int> _waitingChunks = new();
    private readonly Queue<int> _waitingMerges = new();
    private readonly Group[] _groups;
    private double _schedulerFree;
    private int _idleWorkers;
    private int _busyWorkers;
    private int _freeSlots;
    private int _nextGroup;

    public RunSimulation(ScaleInputs inputs, int chunks, Random random)
    {
        (_inputs, _random, _freeSlots) = (inputs, random, inputs.ControlSlots);
        var count = (chunks + inputs.GroupChunks - 1) / inputs.GroupChunks;
        _groups = new Group[count + 1];
        for (var group = 0; group < count; group++)
        {
            _groups[group] = new Group { Chunks = Math.Min(inputs.GroupChunks, chunks - (group * inputs.GroupChunks)) };
        }

        // The last one stands for the run itself: nothing to compute, the groups' results to merge.
        _groups[count] = new Group { Width = count };
    }

    private enum Kind { WorkerReady, ChunkQueued, ChunkDone, ChunkLost, ChunkProcessed, MergeQueued, MergeDone, MergeProcessed }

    public double BusySeconds { get; private set; }

    public long Actions { get; private set; }

    public long Merges { get; private set; }

    public long Recomputed { get; private set; }

    /// <summary>Runs from 0 on; returns when it is finished.</summary>
    public double Run(IReadOnlyList<double> arrivals)
    {
        foreach (var ready in arrivals)
        {
            _events.Enqueue(new Event(Kind.WorkerReady, 0), ready);
        }

        Act(0, 5);
        while (_nextGroup < Math.Min(_inputs.GroupsInFlight, _groups.Length - 1))
        {
            StartGroup(_schedulerFree);
        }

        while (_events.TryDequeue(out var next, out var now))
        {
            if (Handle(next, now))
            {
                return Act(now, 2);
            }
        }

        throw new InvalidOperationException("The run never ended: no worker ever arrives.");
    }

    private bool Handle(Event next, double now)
    {
        var group = _groups[next.Group];
        switch (next.Kind)
        {
            case Kind.WorkerReady:
                _idleWorkers++;
                Dispatch(now);
                return false;
            case Kind.ChunkQueued:
                _waitingChunks.Enqueue(next.Group);
                Dispatch(now);
                return false;
            case Kind.ChunkDone:
                _busyWorkers--;
                _idleWorkers++;
                Dispatch(now);
                _events.Enqueue(next with { Kind = Kind.ChunkProcessed }, Act(now, 1));
                return false;
            case Kind.ChunkLost:
                _busyWorkers--;
                Recomputed++;
                _events.Enqueue(new Event(Kind.WorkerReady, 0), now + Arrivals.ColdStart(_inputs, _random));
                _events.Enqueue(next with { Kind = Kind.ChunkQueued }, now + _inputs.RedeliverySeconds);
                return false;
            case Kind.ChunkProcessed:
                group.Done++;
                HandOut(next.Group, now);
                return group.Done == group.Chunks && EndLevel(next.Group, group.Chunks, now);
            case Kind.MergeQueued:
                _waitingMerges.Enqueue(next.Group);
                Merge(now);
                return false;
            case Kind.MergeDone:
                _freeSlots++;
                Merge(now);
                _events.Enqueue(next with { Kind = Kind.MergeProcessed }, Act(now, 1));
                return false;
            default:
                return --group.Pending == 0 && EndLevel(next.Group, group.Width, now);
        }
    }

    private void StartGroup(double now)
    {
        Act(now, 5);
        HandOut(_nextGroup++, _schedulerFree);
    }

    private void HandOut(int index, double now)
    {
        var group = _groups[index];
        while (group.HandedOut < group.Chunks && group.HandedOut - group.Done < _inputs.Window)
        {
            group.HandedOut++;
            _events.Enqueue(new Event(Kind.ChunkQueued, index), Act(now, 1));
        }
    }

    /// <summary>All results of a level are there: merges them, or ends the group, or the run.</summary>
    private bool EndLevel(int index, int width, double now)
    {
        var group = _groups[index];
        if (width > 1)
        {
            group.Width = group.Pending = (width + _inputs.MergeFanIn - 1) / _inputs.MergeFanIn;
            for (var merge = 0; merge < group.Width; merge++)
            {
                _events.Enqueue(new Event(Kind.MergeQueued, index), Act(now, 1));
            }

            return false;
        }

        var run = _groups.Length - 1;
        if (index == run)
        {
            return true;
        }

        if (_nextGroup < run)
        {
            StartGroup(now);
        }

        return ++_groups[run].Done == run && EndLevel(run, run, now);
    }

    private void Dispatch(double now)
    {
        while (_idleWorkers > 0 && _waitingChunks.TryDequeue(out var group))
        {
            _idleWorkers--;
            _busyWorkers++;
            var network = Math.Min(_inputs.WorkerBytesPerSecond, _inputs.AccountBytesPerSecond / _busyWorkers);
            var compute = _inputs.ChunkTokens / _inputs.TokensPerSecond * Arrivals.LogNormal(_inputs.Jitter, _random);
            var seconds = _inputs.ChunkOverheadSeconds + Math.Max(compute, _inputs.ChunkTokens * _inputs.BytesPerToken / network);
            var survives =
                _inputs.LossesPerHour <= 0 ? double.PositiveInfinity : -Math.Log(1 - _random.NextDouble()) * 3600 / _inputs.LossesPerHour;
            BusySeconds += Math.Min(seconds, survives);
            _events.Enqueue(new Event(survives < seconds ? Kind.ChunkLost : Kind.ChunkDone, group), now + Math.Min(seconds, survives));
        }
    }

    private void Merge(double now)
    {
        while (_freeSlots > 0 && _waitingMerges.TryDequeue(out var group))
        {
            _freeSlots--;
            Merges++;
            _events.Enqueue(new Event(Kind.MergeDone, group), now + _inputs.MergeSeconds);
        }
    }

    // The scheduler passes actions on one after the other.
    private double Act(double now, int actions)
    {
        Actions += actions;
        return _schedulerFree = Math.Max(_schedulerFree, now) + (actions / _inputs.ActionsPerSecond);
    }

    private readonly record struct Event(Kind Kind, int Group);

    private sealed class Group
    {
        public int Chunks { get; init; }

        public int HandedOut { get; set; }

        public int Done { get; set; }

        public int Pending { get; set; }

        public int Width { get; set; }
    }
}
