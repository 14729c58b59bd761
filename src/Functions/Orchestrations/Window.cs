namespace AeServerless.Functions.Orchestrations;

/// <summary>Starts tasks of an orchestration in order, a limited number at a time.</summary>
internal static class Window
{
    /// <summary>
    /// Runs tasks 0 to <paramref name="count"/> − 1. After one says stop, or throws, none is started; those under way are waited for, so that
    /// what they do is not lost.
    /// </summary>
    /// <param name="count">Number of tasks.</param>
    /// <param name="inFlight">The most under way at a time, at least 1.</param>
    /// <param name="start">Starts a task.</param>
    /// <param name="completed">Takes a task's index and result in the order of completion; <see langword="false"/> stops.</param>
    public static async Task RunAsync<T>(int count, int inFlight, Func<int, Task<T>> start, Func<int, T, bool> completed)
    {
        var (running, next, stopped) = (new List<(int Index, Task<T> Task)>(), 0, false);
        TaskFailedException? failure = null;
        while (true)
        {
            while (!stopped && next < count && running.Count < inFlight)
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
                stopped |= !completed(index, await first);
            }
            catch (TaskFailedException error)
            {
                (stopped, failure) = (true, failure ?? error);
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }
}
