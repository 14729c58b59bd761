using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Planning;

/// <summary>What a recipe's exclusions mean for the outputs of a plan.</summary>
internal static class PlannedExclusions
{
    /// <summary>What errors about norms name.</summary>
    public const string Subject = "recipe, exclude.normAbove";

    /// <summary>What is kept out of an output's statistics, or <see langword="null"/>: its own request's, else the recipe's.</summary>
    public static TokenExclusion? Of(Recipe recipe, DerivedOutput output) =>
        recipe.DerivedScalars.First(request => request.Name == output.Scalar).Exclude ?? recipe.Exclude;

    /// <summary>The autoencoders whose inputs' norms are compared, by name and layer.</summary>
    /// <exception cref="InvalidInputException">A scalar that goes by norms is of no autoencoder.</exception>
    public static IReadOnlyList<AutoencoderKey> NormAutoencoders(
        Recipe recipe, IReadOnlyList<PlannedOutput> outputs, IReadOnlyList<PlannedMetrics> metrics)
    {
        var keys = new HashSet<AutoencoderKey>();
        foreach (var (output, _) in outputs.Where(planned => Of(recipe, planned.Output)?.NormAbove is not null))
        {
            keys.Add(output.Autoencoder ?? throw new InvalidInputException(
                $"derived scalar '{output.Scalar}'",
                "is of no autoencoder, so there is no norm that normAbove could compare; give it an \"exclude\" of its own without "
                    + "normAbove"));
        }

        if (recipe.Exclude?.NormAbove is not null)
        {
            keys.UnionWith(metrics.Select(metric => metric.Autoencoder));
        }

        return [.. keys.OrderBy(key => key.Name, StringComparer.Ordinal).ThenBy(key => key.Layer)];
    }
}
