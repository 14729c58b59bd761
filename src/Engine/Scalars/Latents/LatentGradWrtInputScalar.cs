using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars.Latents;

/// <summary>
/// The gradient of latents with respect to what their autoencoder reads, wherever that is, <c>[tokens, latents, input]</c>.
/// </summary>
internal sealed class LatentGradWrtInputScalar : DerivedScalar
{
    public override IReadOnlyList<ScalarName> Names { get; } = [new(ShortScalars.LatentGradWrtInput)];

    public override TraceUse Trace => TraceUse.Optional;

    public override bool TakesSelection => true;

    public override IEnumerable<PlannedOutput> Plan(ScalarPlanner planner) => LatentGradient.Plan(planner);
}
