using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Traces;

namespace AeServerless.Engine.Scalars;

/// <summary>What the planning of all requests of a recipe shares.</summary>
internal sealed record PlanningServices(
    Recipe Recipe,
    PlanGraph Graph,
    AutoencoderSelection Selection,
    AutoencoderResolver Resolver,
    AutoencoderSources Autoencoders,
    GradientSources Gradients,
    TraceResolver Traces);
