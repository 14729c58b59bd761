using AeServerless.Functions.Orchestrations;
using Microsoft.DurableTask;

namespace AeServerless.Functions.Tests.Orchestrations;

public sealed class BoundedFanOutTests
{
    private readonly List<TaskCompletionSource<int>> _tasks = [];
    private readonly List<int> _done = [];

    [Fact]
    public async Task Tasks_StartInOrderAndNeverExceedTheLimit()
    {
        var all = BoundedFanOut.RunAsync(count: 5, inFlight: 2, Start, Complete);

        Assert.Equal(2, _tasks.Count);
        _tasks[1].SetResult(0);
        Assert.Equal(3, _tasks.Count);
        _tasks[0].SetResult(0);
        Assert.Equal(4, _tasks.Count);
        _tasks[2].SetResult(0);
        _tasks[3].SetResult(0);
        _tasks[4].SetResult(0);
        await all;
        Assert.Equal([1, 0, 2, 3, 4], _done);
    }

    [Fact]
    public async Task TaskThatFails_StartsNoMoreAndIsThrownAfterTheRest()
    {
        var all = BoundedFanOut.RunAsync(count: 5, inFlight: 2, Start, Complete);

        _tasks[0].SetException(Failure("first"));
        Assert.False(all.IsCompleted);
        _tasks[1].SetResult(0);

        var error = await Assert.ThrowsAsync<TaskFailedException>(() => all);
        Assert.Equal("first", error.FailureDetails.ErrorMessage);
        Assert.Equal([1], _done);
        Assert.Equal(2, _tasks.Count);
    }

    [Fact]
    public async Task TwoTasksThatFail_AreTheFirstFailure()
    {
        var all = BoundedFanOut.RunAsync(count: 2, inFlight: 2, Start, Complete);

        _tasks[1].SetException(Failure("first"));
        _tasks[0].SetException(Failure("second"));

        Assert.Equal("first", (await Assert.ThrowsAsync<TaskFailedException>(() => all)).FailureDetails.ErrorMessage);
    }

    [Fact]
    public void NoTasks_EndsAtOnce() => Assert.True(BoundedFanOut.RunAsync(count: 0, inFlight: 4, Start, Complete).IsCompletedSuccessfully);

    private static TaskFailedException Failure(string message) =>
        new("ComputeChunk", 0, new TaskFailureDetails("T", message, null, null, null));

    private void Complete(int index, int result) => _done.Add(index);

    private Task<int> Start(int index)
    {
        Assert.Equal(_tasks.Count, index);
        _tasks.Add(new TaskCompletionSource<int>());
        return _tasks[index].Task;
    }
}
