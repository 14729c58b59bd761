using System.Collections.Concurrent;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Runtime;

namespace AeServerless.Functions.Chunks;

/// <summary>Weights of a plan, and what has computed with them and waits to do so again.</summary>
internal sealed class PooledWeights(string key, DerivationPlan plan, long bytes, Task<LoadedPlan> weights) : IDisposable
{
    private readonly Lock _lock = new();
    private ChunkComputation? _first;

    public string Key { get; } = key;

    public DerivationPlan Plan { get; } = plan;

    public long Bytes { get; } = bytes;

    public Task<LoadedPlan> Weights { get; } = weights;

    /// <summary>Whether loading has ended without weights.</summary>
    public bool Failed => Weights is { IsCompleted: true, IsCompletedSuccessfully: false };

    public ConcurrentBag<(ChunkComputation Computation, ChunkResultWriter Results)> Idle { get; } = [];

    public int Users { get; set; }

    public long LastUse { get; set; }

    public (ChunkComputation Computation, ChunkResultWriter Results) Create(PlanWeights loaded, EngineContext engine)
    {
        var results = new ChunkResultWriter(Plan.Outputs, Plan.Recipe.Statistics, Plan.Recipe.Outputs, engine);
        lock (_lock)
        {
            return (_first is null ? _first = new ChunkComputation(Plan, loaded, engine) : _first.Beside(), results);
        }
    }

    /// <summary>Lets go of what waits to compute again, and of its memory; the weights stay. Nobody may be using it.</summary>
    public void DropIdle()
    {
        while (Idle.TryTake(out var idle))
        {
            idle.Computation.Dispose();
            idle.Results.Dispose();
        }

        lock (_lock)
        {
            _first = null;
        }
    }

    public void Dispose()
    {
        DropIdle();

        // At once where they are loaded; nobody may have waited until they were.
        Weights.ContinueWith(
            static loaded => loaded.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
