namespace AeServerless.Robustness.Tests.Faults;

/// <summary>A proxy with faults for as long as this is not disposed.</summary>
internal sealed class SpoiledStorage : IAsyncDisposable
{
    private readonly FaultProxy _proxy;
    private readonly ScriptedFaults _faults;

    public SpoiledStorage(FaultProxy proxy, ScriptedFaults faults)
    {
        (_proxy, _faults) = (proxy, faults);
        proxy.Plan = faults;
    }

    /// <summary>How many requests met the fault.</summary>
    public int Met => _faults.Met;

    public ValueTask DisposeAsync()
    {
        _proxy.Plan = NoFaults.Instance;
        return ValueTask.CompletedTask;
    }
}
