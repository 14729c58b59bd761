using System.Globalization;
using AeServerless.Engine;

namespace AeServerless.Models.Recording;

/// <summary>A location in one layer of a model.</summary>
/// <param name="Location">One of <see cref="ModelLocations.All"/>, or one that a hook adds.</param>
/// <param name="Layer">The layer; null where the location has none.</param>
public readonly record struct ActivationSite(string Location, int? Layer)
{
    /// <summary>
    /// Reads <c>{location}/{layer|none}</c>, or TransformerLens's name of the place, such as <c>blocks.3.hook_resid_post</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">It is neither.</exception>
    public static ActivationSite Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (TransformerLensNames.TryParse(name) is { } site)
        {
            return site;
        }

        if (name.Split('/') is [var location, var layer] && ModelLocations.All.Contains(location))
        {
            if (!ModelLocations.HasLayers(location) && layer == "none")
            {
                return new ActivationSite(location, null);
            }

            if (ModelLocations.HasLayers(location) && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return new ActivationSite(location, index);
            }
        }

        throw new InvalidInputException(
            $"site '{name}'",
            $"must be {{location}}/{{layer|none}}, or a name of TransformerLens; locations are {string.Join(", ", ModelLocations.All)}");
    }

    /// <summary><c>{location}/{layer|none}</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Location}/{(Layer is { } layer ? layer : "none")}");
}
