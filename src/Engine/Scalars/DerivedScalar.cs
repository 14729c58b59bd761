using AeServerless.Engine.Planning;

namespace AeServerless.Engine.Scalars;

/// <summary>A kind of derived scalar: its names and how it is planned. Register each in <see cref="DerivedScalars"/>.</summary>
internal abstract class DerivedScalar
{
    /// <summary>The names that recipes use.</summary>
    public abstract IReadOnlyList<ScalarName> Names { get; }

    /// <summary>Whether it takes a trace. The default is that it doesn't.</summary>
    public virtual TraceUse Trace => TraceUse.None;

    /// <summary>Whether a request can name latents and tokens. The default is no.</summary>
    public virtual bool TakesSelection => false;

    /// <summary>Adds the values that a request needs to the plan's graph.</summary>
    /// <param name="planner">The request, and what there is to compute with.</param>
    /// <returns>One output for each layer, layers ascending.</returns>
    public abstract IEnumerable<PlannedOutput> Plan(ScalarPlanner planner);
}
