namespace AeServerless.Robustness.Tests.Faults;

/// <summary>Decides what becomes of each request. Called from many threads at once.</summary>
internal interface IFaultPlan
{
    Fault Decide(StorageRequest request);
}
