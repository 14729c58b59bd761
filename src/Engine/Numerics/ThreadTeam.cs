using System.Runtime.ExceptionServices;
using TorchSharp;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// As many threads as the engine may use, until it is disposed. Each runs torch's operators on itself alone, so a team of n does
/// whole tiles, products included, on n cores: nothing waits between a product and its reader, and the output is still in
/// that core's cache.
/// </summary>
public sealed class ThreadTeam : IDisposable
{
    // torch keeps a thread count per thread and a default for new ones. Setting one sets both, so the default is put back.
    private static readonly int TorchDefault = torch.get_num_threads();

    [ThreadStatic]
    private static bool _isMember;

    private readonly object _lock = new();
    private readonly Queue<Job> _jobs = new();
    private readonly Thread[] _threads;
    private bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many, at least 1.</param>
    internal ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using var ready = new CountdownEvent(threads);
        _threads = new Thread[threads];
        for (var lane = 0; lane < threads; lane++)
        {
            var own = lane;
            _threads[lane] = new Thread(() => Serve(own, ready)) { IsBackground = true, Name = $"engine {lane}" };
            _threads[lane].Start();
        }

        ready.Wait();
        torch.set_num_threads(TorchDefault);
    }

    /// <summary>Number of threads.</summary>
    public int Threads => _threads.Length;

    /// <summary>Threads that a call made here can use: one on a member's own thread, as the others are busy.</summary>
    public int AvailableThreads => _isMember ? 1 : Threads;

    /// <summary>Runs work on a thread of its own for which torch uses one thread, as on a team's threads, and waits for it.</summary>
    internal static T RunOnSingleTorchThread<T>(Func<T> work)
    {
        var torchDefault = TorchDefault;
        T DoIt()
        {
            TorchProducts.UseThisThreadAlone();
            try
            {
                return work();
            }
            finally
            {
                torch.set_num_threads(torchDefault);
            }
        }

        return Task.Factory.StartNew(
            DoIt, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();
    }

    /// <summary>The size of pieces of which each thread has as many as the others: none waits for another at the end.</summary>
    /// <param name="items">What is cut.</param>
    /// <param name="threads">Threads that take the pieces.</param>
    /// <param name="most">Most items of a piece.</param>
    /// <returns>At least 1.</returns>
    internal static int EvenPieceSize(int items, int threads, int most)
    {
        var round = (long)most * threads;
        var pieces = Math.Max(1, (items + round - 1) / round) * threads;
        return (int)Math.Max(1, (items + pieces - 1) / pieces);
    }

    /// <summary>
    /// Runs <paramref name="work"/>(lane, item) for each item; a lane works on one item at a time. Returns when all are done. Work that
    /// several callers hand over is done in the order of the calls: a thread that finds no more items of one call goes on with the next. A
    /// member that calls it, of this team or another, does all the work itself, as lane 0.
    /// </summary>
    /// <param name="items">Number of items; free threads take them in order.</param>
    /// <param name="work">What to do. Lane: 0 to <see cref="Threads"/> − 1.</param>
    public void Run(int items, Action<int, int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (items <= 0)
        {
            return;
        }

        if (_isMember)
        {
            for (var item = 0; item < items; item++)
            {
                work(0, item);
            }

            return;
        }

        var job = new Job(items, work);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _jobs.Enqueue(job);
            Monitor.PulseAll(_lock);
        }

        job.Wait();
    }

    /// <summary>Ends the threads, once the work that was handed over is done.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Monitor.PulseAll(_lock);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Serve(int lane, CountdownEvent ready)
    {
        TorchProducts.UseThisThreadAlone();
        _isMember = true;
        ready.Signal();
        while (ServeNext(lane))
        {
        }
    }

    /// <summary>
    /// Serves one call. A method of its own, so that the call's objects can be collected while the thread waits for the next.
    /// </summary>
    /// <returns>Whether there was a call; false when the team is disposed.</returns>
    private bool ServeNext(int lane)
    {
        if (Enter() is not { } job)
        {
            return false;
        }

        job.Work(lane);
        Leave(job);
        return true;
    }

    private Job? Enter()
    {
        lock (_lock)
        {
            Job? job;
            while (!_jobs.TryPeek(out job))
            {
                if (_disposed)
                {
                    return null;
                }

                Monitor.Wait(_lock);
            }

            job.Workers++;
            return job;
        }
    }

    /// <summary>A thread leaves work of which nothing is left to take: no other will enter it.</summary>
    private void Leave(Job job)
    {
        bool isLast;
        lock (_lock)
        {
            if (_jobs.TryPeek(out var first) && first == job)
            {
                _jobs.Dequeue();
            }

            isLast = --job.Workers == 0;
        }

        if (isLast)
        {
            job.End();
        }
    }

    /// <summary>What one caller has handed over.</summary>
    private sealed class Job(int items, Action<int, int> work)
    {
        private readonly object _ending = new();
        private Exception? _failure;
        private int _next;
        private bool _ended;

        /// <summary>Threads that work on it. Under the team's lock.</summary>
        public int Workers { get; set; }

        /// <summary>Takes items until none is left. After a failure no more are taken.</summary>
        public void Work(int lane)
        {
            try
            {
                for (var item = Interlocked.Increment(ref _next) - 1; item < items; item = Interlocked.Increment(ref _next) - 1)
                {
                    work(lane, item);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
                Volatile.Write(ref _next, int.MaxValue / 2);
            }
        }

        /// <summary>The last thread has left it.</summary>
        public void End()
        {
            lock (_ending)
            {
                _ended = true;
                Monitor.Pulse(_ending);
            }
        }

        /// <summary>Waits until the last thread has left it, and throws the first failure.</summary>
        public void Wait()
        {
            lock (_ending)
            {
                while (!_ended)
                {
                    Monitor.Wait(_ending);
                }
            }

            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
