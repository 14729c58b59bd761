using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Scalars;

namespace AeServerless.Engine.Derivation;

/// <summary>Which autoencoder, and which layers of it, a request is about.</summary>
internal sealed class AutoencoderSelection(Recipe recipe, PlanContext context)
{
    /// <summary>The one autoencoder that a derived scalar's name and the request's <c>autoencoder</c> field mean.</summary>
    public AutoencoderReference Select(DerivedScalarRequest request, ScalarName name, DerivedScalar scalar)
    {
        var subject = $"derived scalar '{request.Name}'";
        if (request.Autoencoder is { } chosen)
        {
            var reference = recipe.Autoencoders.FirstOrDefault(autoencoder => autoencoder.Name == chosen)
                ?? throw new InvalidInputException(subject, $"autoencoder '{chosen}' is not in the recipe; it has {Listed(recipe.Autoencoders)}");
            return Fits(reference, name) ? reference : throw new InvalidInputException(subject, Mismatch(reference, name, scalar));
        }

        var fitting = recipe.Autoencoders.Where(autoencoder => Fits(autoencoder, name)).ToList();
        if (fitting.Count == 1)
            return fitting[0];
        if (recipe.Autoencoders.Count == 0)
            throw new InvalidInputException(subject, "it needs an autoencoder, and the recipe has none; add one to \"autoencoders\"");
        if (fitting.Count == 0)
            throw new InvalidInputException(subject, Mismatch(recipe.Autoencoders[0], name, scalar));

        var names = scalar.Names.Where(other => other.NodeType is not null).ToList();
        var specific = names.Where(other => fitting.Count(autoencoder => Fits(autoencoder, other)) == 1).Select(other => other.Name).ToList();
        var remedy = specific.Count == fitting.Count
            ? $"use {string.Join(" or ", specific)}"
            : $"say which with \"autoencoder\": {Listed(fitting)}";
        throw new InvalidInputException(subject, $"'{name.Name}' is ambiguous with {fitting.Count} autoencoders; {remedy}");
    }

    /// <summary>The layers that a request means, ascending, each known to have an autoencoder.</summary>
    public IReadOnlyList<ResolvedAutoencoder> Layers(DerivedScalarRequest request, AutoencoderReference reference)
    {
        var layers = ModelLayers($"derived scalar '{request.Name}'", request.Layers ?? reference.Layers ?? recipe.Layers);
        return [.. layers.Select(layer => Resolve(reference, layer, $"derived scalar '{request.Name}'"))];
    }

    /// <summary>Layers of the model, ascending; all for <see langword="null"/>.</summary>
    public IReadOnlyList<int> ModelLayers(string subject, IReadOnlyList<int>? layers)
    {
        var count = context.Model.Layers;
        if (layers is null)
            return [.. Enumerable.Range(0, count)];
        if (layers.Count == 0)
            throw new InvalidInputException(subject, "the list of layers is empty; name at least one, or leave it out for all");
        var outside = layers.FirstOrDefault(layer => layer < 0 || layer >= count, -1);
        return outside < 0 && layers.All(layer => layer >= 0)
            ? [.. layers.Distinct().Order()]
            : throw new InvalidInputException(
                subject, $"layer {layers.First(layer => layer < 0 || layer >= count)} is not in the model; it has layers 0 to {count - 1}");
    }

    /// <summary>An autoencoder at one layer.</summary>
    /// <exception cref="InvalidInputException">There is none, or it doesn't fit the model.</exception>
    public ResolvedAutoencoder Resolve(AutoencoderReference reference, int layer, string subject)
    {
        var key = new AutoencoderKey(reference.Name, layer);
        if (!context.Autoencoders.TryGetValue(key, out var header))
        {
            var present = context.Autoencoders.Keys.Where(other => other.Name == reference.Name).Select(other => other.Layer).Order().ToList();
            throw new InvalidInputException(
                subject,
                $"layer {layer} has no autoencoder '{reference.Name}' ({reference.PathOf(layer)}); {(present.Count == 0 ? "no layer has one" : $"layers {string.Join(", ", present)} have one: name them in \"layers\"")}");
        }

        var width = reference.Input == AutoencoderInput.MlpPostAct ? context.Model.NeuronWidth : context.Model.ModelWidth;
        return header.InputSize == width
            ? new ResolvedAutoencoder(reference, key, header)
            : throw new InvalidInputException(
                header.Name, $"it encodes {header.InputSize} values, but {RecipeNames.Of(reference.Input)} of this model has {width}");
    }

    private static bool Fits(AutoencoderReference autoencoder, ScalarName name) =>
        (name.NodeType is null || name.NodeType == autoencoder.Input.NodeType()) && (name.Inputs is null || name.Inputs.Contains(autoencoder.Input));

    private static string Mismatch(AutoencoderReference autoencoder, ScalarName name, DerivedScalar scalar)
    {
        var fitting = scalar.Names.Where(other => Fits(autoencoder, other)).Select(other => other.Name).ToList();
        var needs = name.Inputs is { } inputs
            ? $"an autoencoder on {string.Join(" or ", inputs.Select(RecipeNames.Of))}"
            : $"an {(name.NodeType == AutoencoderNodeType.Attention ? "attention" : "MLP")} autoencoder";
        var remedy = fitting.Count == 0 ? "" : $"; for it the name is {string.Join(" or ", fitting)}";
        return $"'{name.Name}' needs {needs}, but '{autoencoder.Name}' is on {RecipeNames.Of(autoencoder.Input)}{remedy}";
    }

    private static string Listed(IEnumerable<AutoencoderReference> autoencoders) =>
        string.Join(", ", autoencoders.Select(autoencoder => autoencoder.Name));
}
