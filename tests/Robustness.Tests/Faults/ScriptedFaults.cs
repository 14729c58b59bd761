namespace AeServerless.Robustness.Tests.Faults;

/// <summary>The first requests of a kind meet a fault, the others none.</summary>
/// <param name="fault">What they meet.</param>
/// <param name="applies">Which requests.</param>
/// <param name="times">How many of them; a fault that never ends by default.</param>
internal sealed class ScriptedFaults(Fault fault, Func<StorageRequest, bool> applies, int times = int.MaxValue) : IFaultPlan
{
    private int _met;

    /// <summary>How many requests met the fault.</summary>
    public int Met => Math.Min(Volatile.Read(ref _met), times);

    public Fault Decide(StorageRequest request)
    {
        if (!applies(request) || Volatile.Read(ref _met) >= times)
        {
            return Fault.None;
        }

        return Interlocked.Increment(ref _met) <= times ? fault : Fault.None;
    }
}
