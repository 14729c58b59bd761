namespace AeServerless.Robustness.Tests.Faults;

internal sealed class NoFaults : IFaultPlan
{
    public static NoFaults Instance { get; } = new();

    public Fault Decide(StorageRequest request) => Fault.None;
}
