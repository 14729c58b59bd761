using AeServerless.Engine.Computation;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Models;

namespace AeServerless.Functions.Chunks;

/// <summary>What computes a chunk and keeps its results until they are stored; disposing gives it back.</summary>
/// <param name="computation">The computation, one chunk's at a time.</param>
/// <param name="results">The results of that chunk.</param>
/// <param name="model">The model that is run; null where none is.</param>
/// <param name="giveBack">Called once.</param>
public sealed class ComputationLease(
    ChunkComputation computation, ChunkResultWriter results, LanguageModel? model, Action giveBack) : IDisposable
{
    private int _returned;

    /// <summary>The computation.</summary>
    public ChunkComputation Computation { get; } = computation;

    /// <summary>The model that is run; null where none is.</summary>
    public LanguageModel? Model { get; } = model;

    /// <summary>Takes the chunk's results; prepare it first.</summary>
    public ChunkResultWriter Results { get; } = results;

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
        {
            giveBack();
        }
    }
}
