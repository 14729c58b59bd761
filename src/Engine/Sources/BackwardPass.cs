using AeServerless.Engine.Datasets;
using AeServerless.Engine.Json;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Sources;

/// <summary>What the backward tensors of a dataset are gradients of.</summary>
/// <param name="Trace">The traced activation; <see langword="null"/> for a loss.</param>
/// <param name="Description">The loss as the manifest describes it; <see langword="null"/> where it doesn't, and for a trace.</param>
public sealed record BackwardPass(TraceConfiguration? Trace, BackwardDescription? Description = null)
{
    /// <summary>Gradients of a loss of which nothing is known.</summary>
    public static BackwardPass Loss { get; } = new((TraceConfiguration?)null);

    /// <summary>What a dataset's manifest says of its backward tensors.</summary>
    /// <param name="description">The manifest's <c>backward</c>.</param>
    /// <param name="subject">What the manifest is called in errors.</param>
    /// <exception cref="InvalidInputException">The trace is not a trace configuration.</exception>
    public static BackwardPass FromManifest(BackwardDescription description, string subject)
    {
        ArgumentNullException.ThrowIfNull(description);
        return description.Trace is { } trace
            ? new BackwardPass(TraceReader.Read(JsonField.OfRecipe(trace, subject, "$.backward.trace")))
            : new BackwardPass(null, description);
    }
}
