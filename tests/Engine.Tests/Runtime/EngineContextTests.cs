using System.Runtime.CompilerServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;

namespace AeServerless.Engine.Tests.Runtime;

public sealed class EngineContextTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Dispose_EndsTheThreads()
    {
        var threads = new HashSet<Thread>();
        using (var engine = new EngineContext(new EngineOptions { Threads = 2 }))
        {
            using var both = new Barrier(2);
            engine.Team.Run(2, (_, _) =>
            {
                Assert.True(both.SignalAndWait(Patience));
                lock (threads)
                {
                    threads.Add(Thread.CurrentThread);
                }
            });
        }

        Assert.Equal(2, threads.Count);
        Assert.All(threads, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void GiveBack_LetsGoOfBlocksThatWait()
    {
        using var engine = new EngineContext(new EngineOptions { Threads = 1 });
        var block = Waiting();
        engine.GiveBack();
        GC.Collect();

        Assert.False(block.IsAlive);
    }

    [Fact]
    public void TwoContexts_HaveThreadsOfTheirOwn()
    {
        using var one = new EngineContext(new EngineOptions { Threads = 1 });
        using var two = new EngineContext(new EngineOptions { Threads = 3 });
        Assert.Equal((1, 3), (one.Team.Threads, two.Team.Threads));
    }

    [Fact]
    public void DisposedTeam_TakesNoWork()
    {
        var team = new ThreadTeam(1);
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(1, (_, _) => { }));
    }

    [Fact]
    public void NegativeNumberOfThreads_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EngineContext(new EngineOptions { Threads = -1 }));

    // A method of its own: no local keeps the block alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Waiting()
    {
        var block = MemoryBlocks.Rent();
        MemoryBlocks.Return([block]);
        return new WeakReference(block);
    }
}
