using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Planning;

/// <summary>What can be said of a recipe before any dataset is known, wherever one is taken: by a plan, an upload or a request.</summary>
public static class RecipeCheck
{
    /// <summary>Reads a recipe and checks the names of its derived scalars.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="subject">What to call the recipe in errors.</param>
    /// <exception cref="InvalidInputException">The recipe can't be run over any dataset; the message says why.</exception>
    public static Recipe Read(ReadOnlySpan<byte> json, string subject)
    {
        var recipe = Recipe.Parse(json, subject);
        Validate(recipe);
        return recipe;
    }

    /// <summary>Checks the names of a recipe's derived scalars.</summary>
    /// <exception cref="InvalidInputException">A derived scalar is unknown.</exception>
    public static void Validate(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        foreach (var request in recipe.DerivedScalars)
        {
            if (!DerivedScalars.Names.Contains(request.Type))
            {
                throw new InvalidInputException(
                    $"derived scalar '{OneLineText.Clip(request.Type)}'",
                    $"it is unknown; known are {string.Join(", ", DerivedScalars.Names)}");
            }
        }
    }
}
