namespace AeServerless.EmbeddedHost.DurableTask.Client;

/// <summary>What a purge did.</summary>
/// <param name="purgedInstanceCount">Instances that were removed.</param>
public sealed class PurgeResult(int purgedInstanceCount)
{
    /// <summary>Instances that were removed.</summary>
    public int PurgedInstanceCount { get; } = purgedInstanceCount;
}
