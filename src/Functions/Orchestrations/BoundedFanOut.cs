namespace AeServerless.Functions.Orchestrations;

/// <summary>Starts tasks of an orchestration in order, a limited number at a time.</summary>
internal static class BoundedFanOut
{
    /// <summary>Runs tasks that have no result; see the other overload.</summary>
    public static Task RunAsync(int count, int inFlight, Func<int, Task> start) => RunAsync(
        count,
        inFlight,
        async index =>
        {
            await start(index);
            return index;
        },
        (_, _) => { });

    /// <summary>
    /// Runs tasks 0 to <paramref name="count"/> − 1. After one fails none is started; those under way are waited for, so that what they do
    /// is not lost.
    /// </summary>
    /// <param name="count">Number of tasks.</param>
    /// <param name="inFlight">The most under way at a time, at least 1.</param>
    /// <param name="start">Starts a task.</param>
    /// <param name="completed">Takes the index and result of each task that succeeds, in the order of completion.</param>
    /// <exception cref="TaskFailedException">The failure of the first task that failed.</exception>
    public static async Task RunAsync<T>(int count, int inFlight, Func<int, Task<T>> start, Action<int, T> completed)
    {
        var running = new List<(int Index, Task<T> Task)>();
        var next = 0;
        TaskFailedException? failure = null;
        while (true)
        {
            while (failure is null && next < count && running.Count < inFlight)
            {
                running.Add((next, start(next)));
                next++;
            }

            if (running.Count == 0)
            {
                break;
            }

            var first = await Task.WhenAny(running.Select(item => item.Task));
            var done = running.FindIndex(item => item.Task == first);
            var index = running[done].Index;
            running.RemoveAt(done);
            try
            {
                completed(index, await first);
            }
            catch (TaskFailedException error)
            {
                failure ??= error;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }
}
