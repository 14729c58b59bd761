using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using Microsoft.DurableTask.Client;

namespace AeServerless.Functions.Tests.Orchestrations;

public sealed class RunOrchestrationTests(ReplayingHost host) : IClassFixture<ReplayingHost>
{
    private static GroupSizing ThreeGroups() => new(Chunks: 10, Tokens: 1000, GroupChunks: 4, GroupsInFlight: 2, GroupWindow: 2);

    [Fact]
    public async Task Run_ComputesEachChunkOnce_AndMergesTheGroups()
    {
        FinishRequest? finished = null;
        var normal = new RunScript().Finish;
        var script = new RunScript
        {
            SizePlan = ThreeGroups,
            Finish = request =>
            {
                finished = request;
                return normal(request);
            },
        };
        var run = await host.RunAsync(script);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, run.RuntimeStatus);
        var result = run.ReadOutputAs<RunFigures>()!;
        Assert.Equal((10, 10, 0, 1000L), (result.Chunks, result.ChunksComputed, result.ChunksReused, result.Tokens));
        Assert.Equal(
            [.. Enumerable.Range(0, 10).Select(chunk => (chunk / 4, chunk % 4))],
            script.Attempts.Order());
        Assert.InRange(script.MostRunning, 1, 4);

        // One merge a group, then the groups'.
        Assert.Equal([0, 1, 2], script.Merges.Take(3).Select(merge => merge.Group!.Value).Order());
        Assert.Null(Assert.Single(script.Merges.Skip(3)).Group);

        Assert.Equal(10, finished!.Totals.ComputeSeconds);
        Assert.True(finished.StartedAt <= finished.ComputedAt && finished.ComputedAt <= finished.MergedAt);
        var status = run.ReadCustomStatusAs<RunProgress>()!;
        Assert.Equal(("done", 10, 10, 1000L, null), (status.Phase, status.ChunksDone, status.ChunksTotal, status.TokensDone, status.Error));
        Assert.Empty(status.Groups);
    }

    [Fact]
    public async Task RunAgain_UnderItsId_UsesWhatIsThere()
    {
        var isSecond = false;
        var script = new RunScript
        {
            SizePlan = ThreeGroups,
            Group = group => isSecond
                ? new([], group.Chunks, group.Chunks * RunScript.ChunkTokens, Merged: true)
                : new([.. Enumerable.Range(0, group.Chunks)], 0, 0, Merged: false),
        };
        await host.RunAsync(script);
        isSecond = true;
        var result = (await host.RunAsync(script)).ReadOutputAs<RunFigures>()!;
        Assert.Equal((10, 0, 10, 1000L), (result.Chunks, result.ChunksComputed, result.ChunksReused, result.Tokens));
        Assert.Equal(10, script.Attempts.Count);
    }

    [Fact]
    public async Task ChunkThatThrowsOnce_DelaysTheRun_AndChangesNothing()
    {
        var script = new RunScript
        {
            SizePlan = ThreeGroups,
            Chunk = (chunk, attempt) => (chunk.Group, chunk.Chunk, attempt) == (1, 1, 1)
                ? throw new TimeoutException("no answer")
                : Task.FromResult(RunScript.Computed),
        };
        var result = (await host.RunAsync(script)).ReadOutputAs<RunFigures>()!;
        Assert.Equal((10, 1000L), (result.ChunksComputed, result.Tokens));
        Assert.Equal(11, script.Attempts.Count);
    }

    [Fact]
    public async Task FailedChunk_FailsTheRun_WithItsReason()
    {
        var script = new RunScript
        {
            SizePlan = ThreeGroups,
            Chunk = (chunk, _) => chunk.Group == 0
                ? throw new InvalidInputException("shard 3", "has NaN at row 5")
                : Task.FromResult(RunScript.Computed),
        };
        await FailsAsync(script, "shard 3", "has NaN at row 5");
        Assert.DoesNotContain(script.Attempts, attempt => attempt.Group == 2);
    }

    [Fact]
    public Task FailedPlan_FailsTheRun() => FailsAsync(
        new() { SizePlan = () => throw new InvalidInputException("manifest.json", "has no shards") }, "manifest.json", "has no shards");

    [Fact]
    public Task FailedMergeOfGroups_FailsTheRun() => FailsAsync(
        new()
        {
            SizePlan = ThreeGroups,
            Merge = node =>
            {
                if (node.Group is null)
                {
                    throw new InvalidInputException("merges", "can't be read");
                }
            },
        },
        "merges",
        "can't be read");

    [Fact]
    public Task FailedFinish_FailsTheRun() => FailsAsync(
        new() { Finish = _ => throw new InvalidInputException("results", "can't be written") }, "results", "can't be written");

    private async Task FailsAsync(RunScript script, string subject, string message)
    {
        var run = await host.RunAsync(script);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, run.RuntimeStatus);
        Assert.Contains($"{subject}: {message}", run.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        var status = run.ReadCustomStatusAs<RunProgress>()!;
        Assert.Equal(("failed", new Failure(subject, message)), (status.Phase, status.Error));
    }
}
