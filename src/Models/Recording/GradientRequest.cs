using AeServerless.Engine.Recipes;

namespace AeServerless.Models.Recording;

/// <summary>Gradients of a loss, or of one activation.</summary>
/// <param name="Loss">
/// The loss. With a trace, what a head traced through its values goes on to where the trace names nothing else.
/// </param>
/// <param name="Sites">Where the gradients are recorded.</param>
public sealed record GradientRequest(LossDescription Loss, IReadOnlyList<ActivationSite> Sites)
{
    /// <summary>The activation whose gradients are recorded in the loss's place; null for the loss.</summary>
    public TraceConfiguration? Trace { get; init; }

    /// <summary>Whether the gradients begin behind the last layer.</summary>
    public bool NeedsHead => Trace is null or { AttentionTraceType: AttentionTraceType.V, Downstream: null };

    /// <summary>The layers of the trace and of what it goes on to.</summary>
    internal IEnumerable<int> TracedLayers
    {
        get
        {
            for (var trace = Trace; trace is not null; trace = trace.Downstream)
            {
                yield return trace.Layer;
            }
        }
    }
}
