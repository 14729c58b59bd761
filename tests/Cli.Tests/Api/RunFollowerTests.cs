using AeServerless.Cli.Api;
using AeServerless.Contracts;

namespace AeServerless.Cli.Tests.Api;

public sealed class RunFollowerTests
{
    private static readonly RunDescription Run = new()
    {
        RunId = "run-1",
        Status = RunStatus.Running,
        Dataset = "data",
        Recipe = "latents",
        CreatedAt = default,
        LastUpdatedAt = default,
    };

    [Fact]
    public void RunThatHasNotBegun_IsItsStatus() => Assert.Equal("pending", RunFollower.Describe(Run with { Status = RunStatus.Pending }));

    [Fact]
    public void RunUnderWay_CountsItsChunks() => Assert.Equal(
        "computing, 3 of 10 chunks, 1,200 tokens, 400 tokens/s",
        RunFollower.Describe(
            Run with { Phase = "computing", ChunksDone = 3, ChunksTotal = 10, TokensDone = 1_200, TokensPerSecond = 400 }));

    [Fact]
    public void RunThatFailed_SaysWhy() => Assert.Equal(
        "failed: data: is empty",
        RunFollower.Describe(Run with { Status = RunStatus.Failed, Phase = "failed", Error = new Failure("data", "is empty") }));

    [Fact]
    public void RunThatIsDone_SaysWhatItDid() => Assert.Equal(
        "done, 1,200 tokens in 10 chunks (4 computed, 6 reused), 400 tokens/s",
        RunFollower.Describe(
            Run with { Status = RunStatus.Completed, Result = new RunFigures("run-1", "runs/run-1", 10, 4, 6, 1_200, 400) }));
}
