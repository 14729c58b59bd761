using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Numerics;

/// <summary>Work that several callers hand to one team.</summary>
public sealed class ThreadTeamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void ThreadForWhichNothingIsLeft_BeginsWithTheNextCallersWork()
    {
        using var firstHasBegun = new ManualResetEventSlim();
        using var nextHasBegun = new ManualResetEventSlim();
        var inTime = false;
        var first = new Thread(() => TestEngine.Team(2).Run(1, (_, _) =>
        {
            firstHasBegun.Set();
            inTime = nextHasBegun.Wait(Patience);
        }));
        first.Start();
        Assert.True(firstHasBegun.Wait(Patience, TestContext.Current.CancellationToken));

        TestEngine.Team(2).Run(1, (_, _) => nextHasBegun.Set());

        first.Join();
        Assert.True(inTime);
    }

    [Fact]
    public void EveryCaller_HasAllItsItemsDoneOnce_OrItsOwnFailure_AndNobodyInItsWorkWhenRunReturns() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Int[0, 40], Gen.Int[-40, 39]).Array[1, 6]).Sample(
            (threads, callers) =>
            {
                using var together = new Barrier(callers.Length);
                var outcomes = new Action[callers.Length];
                var running = callers.Select(
                    (caller, index) => new Thread(() => outcomes[index] = Call(threads, caller.Item1, caller.Item2, together))).ToList();
                running.ForEach(thread => thread.Start());
                running.ForEach(thread => thread.Join());
                Assert.All(outcomes, outcome => outcome());
            },
            iter: 200, threads: 1);

    /// <summary>Hands work over and returns what is to be asserted of it.</summary>
    private static Action Call(int threads, int items, int failing, Barrier together)
    {
        var (done, inside) = (new int[items], 0);
        together.SignalAndWait();
        var failure = Record.Exception(() => TestEngine.Team(threads).Run(items, (lane, item) =>
        {
            Interlocked.Increment(ref inside);
            Thread.SpinWait(100 * (item % 7));
            done[item]++;
            Interlocked.Decrement(ref inside);
            if (item == failing)
            {
                throw new InvalidOperationException($"item {item}, lane {lane}");
            }
        }));
        var left = Volatile.Read(ref inside);
        return () =>
        {
            var fails = failing >= 0 && failing < items;
            Assert.Equal(0, left);
            Assert.Equal(fails, failure is InvalidOperationException);
            Assert.Equal(fails, failure is not null);
            Assert.All(done, (count, item) => Assert.InRange(count, fails && item != failing ? 0 : 1, 1));
        };
    }
}
