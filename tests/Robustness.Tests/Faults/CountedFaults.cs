namespace AeServerless.Robustness.Tests.Faults;

/// <summary>
/// Says when a number of requests has come by: a moment in the life of a client that does not depend on how fast the machine is.
/// </summary>
/// <param name="inner">What decides on the requests.</param>
internal sealed class CountedFaults(IFaultPlan inner) : IFaultPlan
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _reached;
    private int _left;

    public Fault Decide(StorageRequest request)
    {
        lock (_gate)
        {
            if (_left > 0 && --_left == 0)
            {
                _reached!.TrySetResult();
            }
        }

        return inner.Decide(request);
    }

    /// <summary>Done when so many more requests have begun.</summary>
    public Task AfterAsync(int requests)
    {
        lock (_gate)
        {
            _left = requests;
            return (_reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
