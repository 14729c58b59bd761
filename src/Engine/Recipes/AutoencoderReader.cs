using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>Reads a recipe's autoencoders.</summary>
internal static class AutoencoderReader
{
    public static (JsonField Field, AutoencoderReference Value) Read(JsonField field)
    {
        var fields = field.Object("nodeType", "input", "name", "format", "path", "layers");
        var inputField = fields.Required("input");
        var input = inputField.OneOf(RecipeNames.Inputs);
        if (fields.Optional("nodeType") is { } nodeType)
        {
            ValidateFit(nodeType, input);
        }

        var path = RecipeValues.Path(fields.Required("path"));
        var layers = RecipeValues.Layers(fields.Optional("layers"));
        if (layers?.Count > 1 && !path.Contains(AutoencoderReference.LayerPlaceholder, StringComparison.Ordinal))
        {
            throw fields.Required("path").Error(
                $"must have {AutoencoderReference.LayerPlaceholder} in it: with {layers.Count} layers, each has a file of its own");
        }

        var reference = new AutoencoderReference { Input = input, Path = path, Layers = layers };
        if (fields.Optional("format") is { } format)
        {
            reference = AutoencoderReference.KnownFormats.Contains(format.Text())
                ? reference with { Format = format.Text() }
                : throw format.Error($"must be one of {JsonField.ListNames(AutoencoderReference.KnownFormats)}, not {format.Shown()}");
        }

        return (field, fields.Optional("name") is { } name ? reference with { Name = RecipeValues.Name(name) } : reference);
    }

    /// <summary>Names are what requests and results tell autoencoders apart by.</summary>
    public static IReadOnlyList<AutoencoderReference> Distinct(IReadOnlyList<(JsonField Field, AutoencoderReference Value)> autoencoders)
    {
        var seen = new HashSet<string>();
        foreach (var (field, autoencoder) in autoencoders)
        {
            if (!seen.Add(autoencoder.Name))
            {
                throw field.Error(
                    $"a second autoencoder called {autoencoder.Name}; two of one node type must each have a \"name\" of its own");
            }
        }

        return [.. autoencoders.Select(autoencoder => autoencoder.Value)];
    }

    private static void ValidateFit(JsonField nodeType, AutoencoderInput input)
    {
        var (declared, right) = (nodeType.OneOf(RecipeNames.NodeTypes), AutoencoderReference.NodeTypeOf(input));
        if (declared != right && declared != NodeType.AutoencoderLatent)
        {
            throw nodeType.Error(
                $"an autoencoder on {RecipeNames.NameOf(input)} is {RecipeNames.NameOf(right)} (or autoencoder_latent), not "
                + $"{RecipeNames.NameOf(declared)}");
        }
    }
}
