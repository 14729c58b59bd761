using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Planning;

/// <summary>Fills in what a recipe leaves to the files of its autoencoders: places and layers.</summary>
internal static class RecipePlaces
{
    /// <summary>The recipe with the places of all autoencoders.</summary>
    /// <exception cref="InvalidInputException">
    /// Neither recipe nor files say a place, or the files of two layers say different ones.
    /// </exception>
    public static Recipe Complete(Recipe recipe, PlanContext context) =>
        recipe with { Autoencoders = [.. recipe.Autoencoders.Select(reference => Complete(reference, context))] };

    private static AutoencoderReference Complete(AutoencoderReference reference, PlanContext context)
    {
        var found = context.Autoencoders.Where(pair => pair.Key.Name == reference.Name).OrderBy(pair => pair.Key.Layer).ToList();
        var headers = found.Select(pair => pair.Value).ToList();
        var subject = $"autoencoder '{reference.Name}'";

        // The name may follow from what the recipe says, and stays.
        var named = reference with { Name = reference.Name };
        if (named.Input is null)
        {
            if (headers.Count == 0)
            {
                throw new InvalidInputException(subject, $"no layer has one at {reference.Path}, nor does the recipe say its \"input\"");
            }

            named = named with { Input = OnlyOf(headers.Select(header => header.Input), subject, "input", reference.Path) };
        }

        if (named.Output is null && headers.Exists(header => header.IsTranscoder))
        {
            var said = headers.Select(header => header.Output).Distinct().ToList();
            named = named with { Output = said is [{ } output] ? output : AutoencoderInput.ResidDeltaMlp };
        }

        // Only a file that says its layer leaves no other to be meant.
        return named.Layers is null && headers.Count > 0 && headers.TrueForAll(header => header.Layer is not null)
            && !named.Path.Contains(AutoencoderReference.LayerPlaceholder, StringComparison.Ordinal)
            ? named with { Layers = [.. found.Select(pair => pair.Key.Layer)] }
            : named;
    }

    private static AutoencoderInput OnlyOf(IEnumerable<AutoencoderInput?> places, string subject, string field, string path) =>
        places.Distinct().ToList() switch
        {
            [{ } only] => only,
            [null] => throw new InvalidInputException(
                subject, $"the files at {path} don't say which recorded place it reads; say it in the recipe with \"{field}\""),
            var several => throw new InvalidInputException(
                subject,
                $"the files at {path} are of different places ({string.Join(", ", several.Select(place => place?.Location() ?? "none"))}); "
                    + "give each an autoencoder of its own in the recipe"),
        };
}
