using Microsoft.DurableTask;
using AeServerless.Functions.Orchestrations;

namespace AeServerless.Functions.Tests.Orchestrations;

public sealed class WindowTests
{
    private readonly List<TaskCompletionSource<int>> _tasks = [];

    [Fact]
    public async Task Tasks_StartInOrderAndNeverExceedTheWindow()
    {
        var done = new List<int>();
        var window = Window.RunAsync(count: 5, inFlight: 2, Start, (index, _) => Add(done, index));

        Assert.Equal(2, _tasks.Count);
        _tasks[1].SetResult(0);
        Assert.Equal(3, _tasks.Count);
        _tasks[0].SetResult(0);
        Assert.Equal(4, _tasks.Count);
        _tasks[2].SetResult(0);
        _tasks[3].SetResult(0);
        _tasks[4].SetResult(0);
        await window;
        Assert.Equal([1, 0, 2, 3, 4], done);
    }

    [Fact]
    public async Task Stop_StartsNoMoreAndWaitsForTheRest()
    {
        var done = new List<int>();
        var window = Window.RunAsync(count: 5, inFlight: 2, Start, (index, _) =>
        {
            done.Add(index);
            return false;
        });

        _tasks[0].SetResult(0);
        Assert.Equal(2, _tasks.Count);
        Assert.False(window.IsCompleted);
        _tasks[1].SetResult(0);
        await window;
        Assert.Equal([0, 1], done);
    }

    [Fact]
    public async Task TaskThatFails_IsThrownAfterTheRest()
    {
        var done = new List<int>();
        var window = Window.RunAsync(count: 5, inFlight: 2, Start, (index, _) => Add(done, index));

        _tasks[0].SetException(new TaskFailedException("ComputeChunk", 0, new TaskFailureDetails("T", "broken", null, null, null)));
        Assert.False(window.IsCompleted);
        _tasks[1].SetResult(0);

        var error = await Assert.ThrowsAsync<TaskFailedException>(() => window);
        Assert.Equal("broken", error.FailureDetails.ErrorMessage);
        Assert.Equal([1], done);
        Assert.Equal(2, _tasks.Count);
    }

    [Fact]
    public async Task NoTasks_EndsAtOnce() => await Window.RunAsync(count: 0, inFlight: 4, Start, (_, _) => true);

    private static bool Add(List<int> done, int index)
    {
        done.Add(index);
        return true;
    }

    private Task<int> Start(int index)
    {
        Assert.Equal(_tasks.Count, index);
        _tasks.Add(new TaskCompletionSource<int>());
        return _tasks[index].Task;
    }
}
