using AeServerless.Engine;
using AeServerless.Engine.Recipes;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Recording;

/// <summary>What is recorded of a model's passes.</summary>
public sealed record RecordingRequest
{
    /// <summary>Sites of the forward pass.</summary>
    public IReadOnlyList<ActivationSite> Forward { get; init; } = [];

    /// <summary>Backward passes.</summary>
    public IReadOnlyList<GradientRequest> Backward { get; init; } = [];

    /// <summary>How many of a model's first layers this needs: those up to the last site, all for gradients and logits.</summary>
    public int LayersNeeded(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var sites = Forward.Concat(Backward.SelectMany(backward => backward.Sites)).Select(site => site.Layer + 1 ?? 0);
        var traces = Backward.SelectMany(backward => backward.TracedLayers).Select(layer => layer + 1);
        return NeedsHead ? architecture.Layers.Count : sites.Concat(traces).DefaultIfEmpty(0).Max();
    }

    /// <summary>Whether this needs the final norm and the unembedding.</summary>
    public bool NeedsHead => Backward.Any(backward => backward.NeedsHead) || Forward.Any(site => site.Location == ModelLocations.Logits);

    /// <summary>Throws unless a model has every site and traced activation, and every token id of the losses.</summary>
    /// <exception cref="InvalidInputException">Names the site, trace or id.</exception>
    public void RequireFits(Architecture architecture, IReadOnlyList<IActivationHook> hooks)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(hooks);
        var added = hooks.SelectMany(hook => hook.AddedSites).ToHashSet();
        foreach (var site in Forward.Concat(Backward.SelectMany(backward => backward.Sites)).Where(site => !added.Contains(site)))
        {
            Require(site, architecture);
        }

        foreach (var id in Backward.SelectMany(backward => backward.Loss.Targets.Concat(backward.Loss.AntiTargets)))
        {
            if (id < 0 || id >= architecture.Vocabulary)
            {
                throw new InvalidInputException(
                    $"token id {id} of the loss", $"is not in the vocabulary, which has ids 0 to {architecture.Vocabulary - 1}");
            }
        }

        foreach (var trace in Backward.Select(backward => backward.Trace).OfType<TraceConfiguration>())
        {
            TraceCheck.Require(trace, architecture, hooks);
        }
    }

    private static void Require(ActivationSite site, Architecture architecture)
    {
        if (!ModelLocations.Exists(site.Location, architecture))
        {
            var known = string.Join(", ", ModelLocations.All.Where(location => ModelLocations.Exists(location, architecture)));
            throw new InvalidInputException(
                $"location {site.Location}", $"does not exist in {architecture.ModelType}; its locations are {known}");
        }

        if (ModelLocations.HasLayers(site.Location) != site.Layer.HasValue)
        {
            throw new InvalidInputException($"site {site}", site.Layer.HasValue ? "has no layers" : "needs a layer");
        }

        if (site.Layer is { } layer && (layer < 0 || layer >= architecture.Layers.Count))
        {
            throw new InvalidInputException(
                $"site {site}", $"is of no layer of the model, which has layers 0 to {architecture.Layers.Count - 1}");
        }
    }
}
