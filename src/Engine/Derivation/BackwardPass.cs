using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Derivation;

/// <summary>What the backward tensors of a dataset are gradients of.</summary>
/// <param name="Trace">The traced activation; <see langword="null"/> for a loss.</param>
public sealed record BackwardPass(TraceConfiguration? Trace)
{
    /// <summary>Gradients of a loss.</summary>
    public static BackwardPass Loss { get; } = new((TraceConfiguration?)null);
}
