using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Functions.Runs;
using Microsoft.DurableTask;

namespace AeServerless.Functions.Tests.Runs;

public sealed class FailuresTests
{
    [Fact]
    public void InvalidInputOfAnActivity_IsTheSameFailureAsInTheProcessThatThrewIt()
    {
        var error = new InvalidInputException("activations/a/manifest.json", "is empty: it must be JSON");

        Assert.Equal(Failures.From(error), Failures.From(Failed("ComputeChunk", typeof(InvalidInputException).FullName!, error.Message)));
    }

    [Fact]
    public void FailureOfAGroup_IsTheRunsOwn()
    {
        var failure = new Failure("ComputeChunk", "results/data.bin: storage answered 503 ServerBusy");
        var group = Failed("ChunkGroupOrchestration", typeof(RunFailedException).FullName!, new RunFailedException(failure).Message);

        Assert.Equal(failure, Failures.From(group));
    }

    [Fact]
    public void AnythingElse_IsNamedAfterItsTask() => Assert.Equal(
        new Failure("MergeGroup", "storage answered nothing"),
        Failures.From(Failed("MergeGroup", "AeServerless.Functions.Blobs.StorageException", "storage answered nothing")));

    [Fact]
    public void LongMessages_AreCutTheSameWayAtEveryStep()
    {
        var first = Failures.From(new InvalidInputException("subject", new string('x', 5_000)));
        var second = Failures.From(Failed("Group", typeof(RunFailedException).FullName!, first.ToString()));

        Assert.Equal(2_001, first.Message.Length);
        Assert.Equal(first, second);
    }

    private static TaskFailedException Failed(string task, string type, string message) =>
        new(task, 0, new TaskFailureDetails(type, message, StackTrace: null, InnerFailure: null, Properties: null));
}
