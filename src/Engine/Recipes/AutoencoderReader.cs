using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>Reads a recipe's autoencoders.</summary>
internal static class AutoencoderReader
{
    private static readonly string[] WeightFiles = [".safetensors", ".pt", ".pth", ".npz"];

    public static (JsonField Field, AutoencoderReference Value) Read(JsonField field)
    {
        var fields = field.Object("nodeType", "input", "place", "output", "name", "format", "k", "path", "layer", "layers");
        var path = RecipeValues.Path(fields.Required("path"));
        var reference = new AutoencoderReference
        {
            Path = path,
            Input = OneOf(fields, "place", "input") is { } place ? Place(place) : null,
            Output = fields.Optional("output") is { } writes ? Place(writes) : null,
            K = fields.Optional("k")?.Integer(1, int.MaxValue),
            Layers = fields.Optional("layer") is { } layer
                ? [layer.Integer(0, int.MaxValue)]
                : RecipeValues.Layers(fields.Optional("layers")),
        };
        _ = OneOf(fields, "layer", "layers");
        if (fields.Optional("output") is { } output)
        {
            ValidateTranscoder(output, reference);
        }

        reference = WithNodeType(fields, reference);
        if (reference.Layers?.Count > 1 && !path.Contains(AutoencoderReference.LayerPlaceholder, StringComparison.Ordinal)
            && WeightFiles.Any(extension => path.EndsWith(extension, StringComparison.Ordinal)))
        {
            throw fields.Required("path").Error(
                $"must have {AutoencoderReference.LayerPlaceholder} in it: with {reference.Layers.Count} layers, each has a file of its "
                    + "own");
        }

        if (fields.Optional("format") is { } format)
        {
            reference = AutoencoderReference.KnownFormats.Contains(format.Text())
                ? reference with { Format = format.Text() }
                : throw format.Error($"must be one of {JsonField.ListNames(AutoencoderReference.KnownFormats)}, not {format.Shown()}");
        }

        if (fields.Optional("name") is { } name)
        {
            return (field, reference with { Name = RecipeValues.Name(name) });
        }

        return reference.Input is not null
            ? (field, reference)
            : throw field.Error("needs a \"name\": without \"input\" only its files say what it reads, and there is nothing to call it by");
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

    /// <summary>A place by its name in recipes or in datasets: <c>resid_post_mlp</c> or <c>resid.post_mlp</c>.</summary>
    private static AutoencoderInput Place(JsonField field) =>
        field.IsString && RecipeNames.Locations.TryGetValue(field.Text(), out var place) ? place : field.OneOf(RecipeNames.Inputs);

    private static JsonField? OneOf(JsonField fields, string name, string other) =>
        fields.Optional(name) is { } field && fields.Optional(other) is not null
            ? throw field.Error($"says the same as \"{other}\"; leave one of the two out")
            : fields.Optional(name) ?? fields.Optional(other);

    private static AutoencoderReference WithNodeType(JsonField fields, AutoencoderReference reference)
    {
        if (fields.Optional("nodeType") is not { } field)
        {
            return reference;
        }

        var declared = field.OneOf(RecipeNames.NodeTypes);
        if (reference.Input is not { } input || declared == NodeType.AutoencoderLatent)
        {
            return reference;
        }

        if (declared == NodeType.TranscoderLatent && input.NodeType() == AutoencoderNodeType.MlpInput)
        {
            return reference with { Output = reference.Output ?? AutoencoderInput.ResidDeltaMlp };
        }

        return declared == reference.NodeType
            ? reference
            : throw field.Error(
                $"an autoencoder on {RecipeNames.NameOf(input)} is {RecipeNames.NameOf(reference.NodeType)} (or autoencoder_latent), not "
                    + RecipeNames.NameOf(declared));
    }

    private static void ValidateTranscoder(JsonField output, AutoencoderReference reference)
    {
        if (reference.Output == reference.Input
            || (reference.Output == AutoencoderInput.ResidDeltaMlp && reference.Input?.NodeType() is null or AutoencoderNodeType.MlpInput))
        {
            return;
        }

        throw output.Error(
            "transcoders that are supported read mlp_in or mlp_in_normalized and write resid_delta_mlp; an autoencoder writes what it "
                + "reads");
    }
}
