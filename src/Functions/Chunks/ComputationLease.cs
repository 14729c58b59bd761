using AeServerless.Engine.Derivation;

namespace AeServerless.Functions.Chunks;

/// <summary>What computes a chunk; disposing gives it back.</summary>
/// <param name="computation">The computation, one chunk's at a time.</param>
/// <param name="giveBack">Called once.</param>
public sealed class ComputationLease(ChunkComputation computation, Action giveBack) : IDisposable
{
    private int _returned;

    /// <summary>The computation.</summary>
    public ChunkComputation Computation { get; } = computation;

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
        {
            giveBack();
        }
    }
}
