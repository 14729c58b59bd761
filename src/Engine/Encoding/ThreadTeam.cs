using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// As many threads as the engine may use, kept for the life of the process. Each runs torch's operators on itself alone, so a team of n does
/// whole tiles, products included, on n cores: there is nothing to wait for between a product and what reads it, and its output is still in
/// that core's cache.
/// </summary>
public sealed class ThreadTeam
{
    private static readonly ConcurrentDictionary<int, Lazy<ThreadTeam>> Teams = new();

    // torch keeps a thread count per thread and a default for new ones. Setting one sets both, so the default is put back.
    private static readonly int TorchDefault = torch.get_num_threads();

    [ThreadStatic]
    private static bool _isMember;

    private readonly Lock _oneJob = new();
    private readonly SemaphoreSlim _start = new(0);
    private readonly CountdownEvent _done = new(1);
    private Action<int, int>? _work;
    private Exception? _failure;
    private int _items;
    private int _next;

    private ThreadTeam(int threads)
    {
        Threads = threads;
        using var ready = new CountdownEvent(threads);
        for (var lane = 0; lane < threads; lane++)
        {
            var own = lane;
            new Thread(() => Serve(own, ready)) { IsBackground = true, Name = $"engine {lane}" }.Start();
        }

        ready.Wait();
        torch.set_num_threads(TorchDefault);
    }

    /// <summary>Number of threads.</summary>
    public int Threads { get; }

    /// <summary>Threads that work begun here is shared by: one on a member's own thread, where the others have work already.</summary>
    public int ThreadsHere => _isMember ? 1 : Threads;

    /// <summary>The team of that size; 0 means all cores.</summary>
    public static ThreadTeam Of(int threads = 0) =>
        Teams.GetOrAdd(threads > 0 ? threads : Environment.ProcessorCount, static count => new Lazy<ThreadTeam>(() => new ThreadTeam(count))).Value;

    /// <summary>Does work where torch has one thread, as on a team's, and waits for it; whatever the team does meanwhile.</summary>
    internal static T OnAThreadOfItsOwn<T>(Func<T> work)
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

        return Task.Factory.StartNew(DoIt, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();
    }

    /// <summary>The size of pieces of which each thread has as many as the others: none waits for another at the end.</summary>
    /// <param name="items">What is cut.</param>
    /// <param name="threads">Threads that take the pieces.</param>
    /// <param name="most">Most items of a piece.</param>
    /// <returns>At least 1.</returns>
    internal static int EvenPiece(int items, int threads, int most)
    {
        var round = (long)most * threads;
        var pieces = Math.Max(1, (items + round - 1) / round) * threads;
        return (int)Math.Max(1, (items + pieces - 1) / pieces);
    }

    /// <summary>
    /// Runs <paramref name="work"/>(lane, item) for each item; a lane works on one item at a time. Returns when all are done. A member that calls
    /// it, of this team or another, does all the work itself, as lane 0.
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

        lock (_oneJob)
        {
            (_work, _items, _next, _failure) = (work, items, 0, null);
            _done.Reset(Threads);
            _start.Release(Threads);
            _done.Wait();
            _work = null;
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    private void Serve(int lane, CountdownEvent ready)
    {
        TorchProducts.UseThisThreadAlone();
        _isMember = true;
        ready.Signal();
        while (true)
        {
            _start.Wait();
            try
            {
                for (var item = Interlocked.Increment(ref _next) - 1; item < _items; item = Interlocked.Increment(ref _next) - 1)
                {
                    _work!(lane, item);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
                Volatile.Write(ref _next, int.MaxValue / 2);
            }
            finally
            {
                _done.Signal();
            }
        }
    }
}
