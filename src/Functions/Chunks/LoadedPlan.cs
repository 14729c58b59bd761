using AeServerless.Engine.Graph;
using AeServerless.Models;

namespace AeServerless.Functions.Chunks;

/// <summary>What a plan computes with.</summary>
/// <param name="Weights">Weights of autoencoders and of parts of the model.</param>
/// <param name="Model">The model that is run; null where none is.</param>
internal sealed record LoadedPlan(PlanWeights Weights, LanguageModel? Model) : IDisposable
{
    public void Dispose()
    {
        Weights.Dispose();
        Model?.Dispose();
    }
}
