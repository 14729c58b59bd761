using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Scalars;

/// <summary>Which autoencoder a request is about.</summary>
internal sealed class AutoencoderSelection(Recipe recipe)
{
    /// <summary>The one autoencoder that a derived scalar's name and the request's <c>autoencoder</c> field mean.</summary>
    public AutoencoderReference Select(DerivedScalarRequest request, ScalarName name, DerivedScalar scalar)
    {
        var subject = $"derived scalar '{request.Name}'";
        if (request.Autoencoder is { } chosen)
        {
            var reference = recipe.Autoencoders.FirstOrDefault(autoencoder => autoencoder.Name == chosen)
                ?? throw new InvalidInputException(
                    subject, $"autoencoder '{chosen}' is not in the recipe; it has {Listed(recipe.Autoencoders)}");
            return Fits(reference, name) ? reference : throw new InvalidInputException(subject, Mismatch(reference, name, scalar));
        }

        var fitting = recipe.Autoencoders.Where(autoencoder => Fits(autoencoder, name)).ToList();
        if (fitting.Count == 1)
        {
            return fitting[0];
        }

        if (recipe.Autoencoders.Count == 0)
        {
            throw new InvalidInputException(subject, "it needs an autoencoder, and the recipe has none; add one to \"autoencoders\"");
        }

        if (fitting.Count == 0)
        {
            throw new InvalidInputException(subject, Mismatch(recipe.Autoencoders[0], name, scalar));
        }

        var names = scalar.Names.Where(other => other.NodeType is not null).ToList();
        var specific = names.Where(
            other => fitting.Count(autoencoder => Fits(autoencoder, other)) == 1).Select(other => other.Name).ToList();
        var remedy = specific.Count == fitting.Count
            ? $"use {string.Join(" or ", specific)}"
            : $"say which with \"autoencoder\": {Listed(fitting)}";
        throw new InvalidInputException(subject, $"'{name.Name}' is ambiguous with {fitting.Count} autoencoders; {remedy}");
    }

    private static bool Fits(AutoencoderReference autoencoder, ScalarName name) =>
        (name.NodeType is null || name.NodeType == autoencoder.ExplainedNode)
        && (name.Inputs is null || name.Inputs.Contains(autoencoder.Input!.Value));

    private static string Mismatch(AutoencoderReference autoencoder, ScalarName name, DerivedScalar scalar)
    {
        var fitting = scalar.Names
            .Where(other => Fits(autoencoder, other) && !ShortScalars.All.Contains(other.Name))
            .Select(other => other.Name)
            .ToList();
        var needs = name.Inputs is { } inputs
            ? $"an autoencoder on {string.Join(" or ", inputs.Select(RecipeNames.NameOf))}"
            : $"{(name.NodeType is AutoencoderNodeType.Mlp or AutoencoderNodeType.Attention ? "an" : "a")} {Kind(name.NodeType)}";
        var remedy = fitting.Count == 0 ? "" : $"; for it the name is {string.Join(" or ", fitting)}";
        return $"'{name.Name}' needs {needs}, but '{autoencoder.Name}' is on {RecipeNames.NameOf(autoencoder.Input!.Value)}{remedy}";
    }

    private static string Kind(AutoencoderNodeType? nodeType) => nodeType switch
    {
        AutoencoderNodeType.Mlp => "MLP autoencoder",
        AutoencoderNodeType.Attention => "attention autoencoder",
        AutoencoderNodeType.Residual => "residual autoencoder",
        AutoencoderNodeType.MlpInput => "MLP input autoencoder",
        _ => "transcoder",
    };

    private static string Listed(IEnumerable<AutoencoderReference> autoencoders) =>
        string.Join(", ", autoencoders.Select(autoencoder => autoencoder.Name));
}
