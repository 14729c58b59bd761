using AeServerless.Engine;
using AeServerless.Functions.Runs;
using Microsoft.DurableTask.Client;

namespace AeServerless.Functions.Tests.Orchestrations;

public sealed class ChunkGroupOrchestrationTests(ReplayingHost host) : IClassFixture<ReplayingHost>
{
    [Fact]
    public async Task Group_ComputesEachMissingChunkOnce_AndMerges()
    {
        var script = new RunScript { Group = _ => new([1, 3, 4], Reused: 2, ReusedTokens: 20, Merged: false) };
        var outcome = await host.RunGroupAsync(script, chunks: 5, window: 2);
        Assert.Equal((3, 2, 320L), (outcome.Computed, outcome.Reused, outcome.Tokens));
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
        Assert.Equal((9), (outcome.Computed));
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
        Assert.Equal((3, 300L), (outcome.Computed, outcome.Tokens));
        Assert.Equal([0, 1, 1, 2], script.Attempts.Select(attempt => attempt.Chunk).Order());
    }

    [Fact]
    public async Task FailedChunk_StopsTheGroup_WithoutAnotherTry_AndWhatWasDoneStaysCounted()
    {
        var script =
            new RunScript { Chunk = (chunk, _) => chunk.Chunk == 2 ? throw Wrong("tensor x") : Task.FromResult(RunScript.Computed) };
        var ended = await host.EndGroupAsync(script, chunks: 20, window: 1);
        AssertFailed(ended, "tensor x");
        Assert.Equal(2, ended.ReadCustomStatusAs<GroupProgress>()!.ChunksDone);
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
                    throw Wrong("x");
                }

                await failed.Task.WaitAsync(TimeSpan.FromSeconds(60));
                return RunScript.Computed;
            },
        };
        var ended = await host.EndGroupAsync(script, chunks: 8, window: 4);
        AssertFailed(ended, "x");
        Assert.Equal(ended.ReadCustomStatusAs<GroupProgress>()!.ChunksDone + 1, script.Attempts.Count);
        Assert.InRange(script.Attempts.Count, 4, 7);
    }

    [Fact]
    public async Task TreeOfMerges_IsDoneLevelByLevel()
    {
        var script = new RunScript();
        var outcome = await host.RunGroupAsync(script, chunks: 33, window: 16);
        Assert.Equal((33), (outcome.Computed));
        var merges = script.Merges.Select(merge => (merge.Level, merge.Node)).ToList();
        Assert.Equal([(0, 0), (0, 1), (0, 2)], merges[..3].Order());
        Assert.Equal([(1, 0)], merges[3..]);
    }

    [Fact]
    public async Task FailedMerge_IsTheGroupsFailure()
    {
        var script = new RunScript { Merge = _ => throw Wrong("merge") };
        AssertFailed(await host.EndGroupAsync(script, chunks: 2, window: 2), "merge");
        Assert.Equal(2, script.Attempts.Count);
        Assert.Single(script.Merges);
    }

    [Fact]
    public async Task FailedPlan_IsTheGroupsFailure()
    {
        var script = new RunScript { Group = _ => throw Wrong("plan") };
        AssertFailed(await host.EndGroupAsync(script, chunks: 2, window: 2), "plan");
        Assert.Empty(script.Attempts);
    }

    private static InvalidInputException Wrong(string subject) => new(subject, "is not there");

    private static void AssertFailed(OrchestrationMetadata ended, string subject)
    {
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains($"{subject}: is not there", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }
}
