using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Tests.Orchestrations;

public sealed class ChunkGroupOrchestrationTests(ReplayingHost host) : IClassFixture<ReplayingHost>
{
    [Fact]
    public async Task Group_ComputesEachMissingChunkOnce_AndMerges()
    {
        var script = new RunScript { Group = _ => new([1, 3, 4], Reused: 2, ReusedTokens: 20, Merged: false) };
        var outcome = await host.RunGroupAsync(script, chunks: 5, window: 2);
        Assert.Equal((3, 2, 320L, null), (outcome.Computed, outcome.Reused, outcome.Tokens, outcome.Failure));
        Assert.Equal([1, 3, 4], script.Attempts.Select(attempt => attempt.Chunk).Order());
        Assert.Equal((0, 0, 0), Assert.Single(script.Merges.Select(merge => (merge.Group!.Value, merge.Level, merge.Node))));
    }

    [Fact]
    public async Task MergedGroup_HasNothingLeftToDo()
    {
        var script = new RunScript { Group = group => new([], group.Chunks, ReusedTokens: 50, Merged: true) };
        var outcome = await host.RunGroupAsync(script, chunks: 5, window: 2);
        Assert.Equal((0, 5, 50L), (outcome.Computed, outcome.Reused, outcome.Tokens));
        Assert.Empty(script.Attempts);
        Assert.Empty(script.Merges);
    }

    [Fact]
    public async Task Window_IsNeverExceeded_AndASlowChunkHoldsUpNoOther()
    {
        var others = new TaskCompletionSource();
        RunScript script = null!;
        script = new RunScript
        {
            Chunk = async (chunk, _) =>
            {
                if (chunk.Chunk == 0)
                {
                    // Ends once all others have begun: they do not wait for it.
                    await others.Task.WaitAsync(TimeSpan.FromSeconds(60));
                }
                else if (script.Attempts.Count == 9)
                {
                    others.TrySetResult();
                }

                return RunScript.Computed;
            },
        };
        var outcome = await host.RunGroupAsync(script, chunks: 9, window: 3);
        Assert.Equal((9, null), (outcome.Computed, outcome.Failure));
        Assert.InRange(script.MostRunning, 2, 3);
    }

    [Fact]
    public async Task ChunkThatThrowsOnce_IsTriedAgain()
    {
        var script = new RunScript
        {
            Chunk = (chunk, attempt) => chunk.Chunk == 1 && attempt == 1
                ? throw new IOException("the store is busy")
                : Task.FromResult(RunScript.Computed),
        };
        var outcome = await host.RunGroupAsync(script, chunks: 3, window: 3);
        Assert.Equal((3, 300L, null), (outcome.Computed, outcome.Tokens, outcome.Failure));
        Assert.Equal([0, 1, 1, 2], script.Attempts.Select(attempt => attempt.Chunk).Order());
    }

    [Fact]
    public async Task FailedChunk_StopsTheGroup_WithoutAnotherTry()
    {
        var failure = new Failure("tensor x", "is not there");
        var script = new RunScript
        {
            Chunk = (chunk, _) => Task.FromResult(chunk.Chunk == 2 ? RunScript.Computed with { Failure = failure } : RunScript.Computed),
        };
        var outcome = await host.RunGroupAsync(script, chunks: 20, window: 1);
        Assert.Equal((2, failure), (outcome.Computed, outcome.Failure));
        Assert.Equal([0, 1, 2], script.Attempts.Select(attempt => attempt.Chunk));
        Assert.Empty(script.Merges);
    }

    [Fact]
    public async Task FailedChunk_LetsThoseUnderWayFinish()
    {
        var failed = new TaskCompletionSource();
        var script = new RunScript
        {
            Chunk = async (chunk, _) =>
            {
                if (chunk.Chunk == 0)
                {
                    failed.SetResult();
                    return RunScript.Computed with { Failure = new("x", "y") };
                }

                await failed.Task.WaitAsync(TimeSpan.FromSeconds(60));
                return RunScript.Computed;
            },
        };
        var outcome = await host.RunGroupAsync(script, chunks: 8, window: 4);
        Assert.Equal("x", outcome.Failure!.Subject);
        Assert.Equal(outcome.Computed + 1, script.Attempts.Count);
        Assert.InRange(script.Attempts.Count, 4, 7);
    }

    [Fact]
    public async Task TreeOfMerges_IsDoneLevelByLevel()
    {
        var script = new RunScript();
        var outcome = await host.RunGroupAsync(script, chunks: 33, window: 16);
        Assert.Equal((33, null), (outcome.Computed, outcome.Failure));
        var merges = script.Merges.Select(merge => (merge.Level, merge.Node)).ToList();
        Assert.Equal([(0, 0), (0, 1), (0, 2)], merges[..3].Order());
        Assert.Equal([(1, 0)], merges[3..]);
    }

    [Fact]
    public async Task FailedMerge_IsTheGroupsFailure()
    {
        var script = new RunScript { Merge = _ => new(Computed: false) { Failure = new("merge", "part is gone") } };
        var outcome = await host.RunGroupAsync(script, chunks: 2, window: 2);
        Assert.Equal((2, "merge"), (outcome.Computed, outcome.Failure!.Subject));
        Assert.Single(script.Merges);
    }

    [Fact]
    public async Task FailedPlan_IsTheGroupsFailure()
    {
        var script = new RunScript { Group = _ => new([], 0, 0, Merged: false) { Failure = new("plan", "is gone") } };
        Assert.Equal("plan", (await host.RunGroupAsync(script, chunks: 2, window: 2)).Failure!.Subject);
        Assert.Empty(script.Attempts);
    }
}
