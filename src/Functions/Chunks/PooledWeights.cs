using System.Collections.Concurrent;
using AeServerless.Engine.Derivation;

namespace AeServerless.Functions.Chunks;

/// <summary>Weights of a plan, and what has computed with them and waits to do so again.</summary>
internal sealed class PooledWeights(string key, DerivationPlan plan, long bytes, Task<PlanWeights> weights) : IDisposable
{
    public string Key { get; } = key;

    public DerivationPlan Plan { get; } = plan;

    public long Bytes { get; } = bytes;

    public Task<PlanWeights> Weights { get; } = weights;

    public ConcurrentBag<ChunkComputation> Idle { get; } = [];

    public int Users { get; set; }

    public long LastUse { get; set; }

    public void Dispose()
    {
        while (Idle.TryTake(out var computation))
        {
            computation.Dispose();
        }

        if (Weights.IsCompletedSuccessfully)
        {
            Weights.Result.Dispose();
        }
    }
}
