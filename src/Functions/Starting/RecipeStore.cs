using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Functions.Blobs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Starting;

/// <summary>The recipes in storage: <c>recipes/{name}.json</c>.</summary>
public sealed class RecipeStore(InputStore inputs, ILogger<RecipeStore> logger)
{
    private const string Prefix = "recipes/";
    private const string Suffix = ".json";

    /// <summary>
    /// All recipes that can be used, by name. One that can't is logged with the reason: it must not keep the others from running.
    /// </summary>
    public async Task<IReadOnlyList<NamedRecipe>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var recipes = new List<NamedRecipe>();
        await foreach (var blob in inputs.ListAsync(Prefix, cancellationToken))
        {
            if (!blob.Path.EndsWith(Suffix, StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                var content = await inputs.ReadAsync(blob, Recipe.MaxBytes, cancellationToken);
                recipes.Add(new NamedRecipe(blob.Path[Prefix.Length..^Suffix.Length], Recipe.Parse(content, blob.Path)));
            }
            catch (InvalidInputException error)
            {
                Log.RecipeUnusable(logger, blob.Path, error.Message);
            }
        }

        return recipes;
    }

    /// <summary>Reads a recipe, or gives <see langword="null"/> where there is none of that name.</summary>
    /// <exception cref="InvalidInputException">The name can't be a blob's, or the recipe is wrong.</exception>
    public async Task<Recipe?> FindAsync(string name, CancellationToken cancellationToken)
    {
        BlobPath.Validate(name, "recipe");
        var path = $"{Prefix}{name}{Suffix}";
        return await inputs.FindAsync(path, cancellationToken) is { } blob
            ? Recipe.Parse(await inputs.ReadAsync(blob, Recipe.MaxBytes, cancellationToken), path)
            : null;
    }
}
