namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Runs what never waits, since its bytes are in memory, on the calling thread, whose allocations are counted.</summary>
internal static class Synchronously
{
    public static T Run<T>(Task<T> task)
    {
        Require(task);
        return task.GetAwaiter().GetResult();
    }

    public static void Run(ValueTask task) => Run(task.AsTask());

    public static void Run(Task task)
    {
        Require(task);
        task.GetAwaiter().GetResult();
    }

    private static void Require(Task task)
    {
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("A parser of bytes in memory left its thread.");
        }
    }
}
