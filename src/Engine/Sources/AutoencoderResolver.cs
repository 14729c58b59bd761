using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Sources;

/// <summary>Finds a recipe's autoencoders at the layers of the model.</summary>
internal sealed class AutoencoderResolver(Recipe recipe, PlanContext context)
{
    /// <summary>The layers that a request means, ascending, each known to have an autoencoder.</summary>
    public IReadOnlyList<ResolvedAutoencoder> Layers(DerivedScalarRequest request, AutoencoderReference reference)
    {
        // The stream after the embeddings is one for all layers.
        var layers = reference.Input == AutoencoderInput.ResidPostEmb
            ? [0]
            : ModelLayers($"derived scalar '{request.Name}'", request.Layers ?? reference.Layers ?? recipe.Layers);
        return [.. layers.Select(layer => Resolve(reference, layer, $"derived scalar '{request.Name}'"))];
    }

    /// <summary>Layers of the model, ascending; all for <see langword="null"/>.</summary>
    public IReadOnlyList<int> ModelLayers(string subject, IReadOnlyList<int>? layers)
    {
        var count = context.Model.Layers;
        if (layers is null)
        {
            return [.. Enumerable.Range(0, count)];
        }

        if (layers.Count == 0)
        {
            throw new InvalidInputException(subject, "the list of layers is empty; name at least one, or leave it out for all");
        }

        foreach (var layer in layers)
        {
            if (layer < 0 || layer >= count)
            {
                throw new InvalidInputException(subject, $"layer {layer} is not in the model; it has layers 0 to {count - 1}");
            }
        }

        return [.. layers.Distinct().Order()];
    }

    /// <summary>An autoencoder at one layer.</summary>
    /// <exception cref="InvalidInputException">There is none, or it doesn't fit the model.</exception>
    public ResolvedAutoencoder Resolve(AutoencoderReference reference, int layer, string subject)
    {
        var key = new AutoencoderKey(reference.Name, layer);
        if (!context.Autoencoders.TryGetValue(key, out var header))
        {
            var present = context.Autoencoders.Keys.Where(
                other => other.Name == reference.Name).Select(other => other.Layer).Order().ToList();
            var remedy = present.Count == 0 ? "no layer has one" : $"layers {string.Join(", ", present)} have one: name them in \"layers\"";
            throw new InvalidInputException(
                subject, $"layer {layer} has no autoencoder '{reference.Name}' ({reference.PathOf(layer)}); {remedy}");
        }

        var (input, output) = (reference.Input!.Value, reference.Target!.Value);
        ValidateKind(reference, header, input, output);
        if (context.Model.ParallelResidual && (input == AutoencoderInput.ResidPostAttn || output == AutoencoderInput.ResidPostAttn))
        {
            throw new InvalidInputException(
                header.Name, "it is on resid.post_attn, which this model does not have: its MLP reads the stream before attention");
        }

        ValidateWidth(header, "encodes", header.InputSize, input);
        ValidateWidth(header, "reconstructs", header.OutputSize, output);
        return new ResolvedAutoencoder(reference, key, header);
    }

    private static void ValidateKind(
        AutoencoderReference reference, AutoencoderHeader header, AutoencoderInput input, AutoencoderInput output)
    {
        if (header.IsTranscoder != (input != output))
        {
            throw new InvalidInputException(
                header.Name,
                header.IsTranscoder
                    ? $"it is a transcoder, but the recipe's '{reference.Name}' reads and writes {RecipeNames.NameOf(input)}; a "
                        + "transcoder's \"output\" is another place, such as resid_delta_mlp"
                    : $"it is an autoencoder, but the recipe's '{reference.Name}' reads {RecipeNames.NameOf(input)} and writes "
                        + $"{RecipeNames.NameOf(output)}; leave \"output\" out");
        }
    }

    private void ValidateWidth(AutoencoderHeader header, string does, int size, AutoencoderInput place)
    {
        var width = context.Model.WidthOf(place);
        if (size != width)
        {
            throw new InvalidInputException(
                header.Name, $"it {does} {size} values, but {RecipeNames.NameOf(place)} of this model has {width}");
        }
    }
}
