using AeServerless.Models.Configuration;

namespace AeServerless.Models.Weights;

/// <summary>What a <c>config.json</c> says: the architecture, and what its family calls the tensors.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Names">Names of the tensors.</param>
public sealed record ModelDescription(Architecture Architecture, WeightNames Names);
