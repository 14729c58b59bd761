using System.Text.Json;
using AeServerless.Engine;

namespace AeServerless.Cli.Golden.Places;

/// <summary>
/// Checks derived scalars of autoencoders at every place of a model: a folder with <c>places.json</c>, <c>activations.safetensors</c>, a
/// folder for each place and <c>traces/</c>, or a folder of such folders. Their models lie beside the outer folder.
/// </summary>
internal static class GoldenPlaces
{
    /// <summary>What tells the layout.</summary>
    public const string Description = "places.json";

    /// <summary>Checks a folder.</summary>
    public static async Task<GoldenReport> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var keys = new List<GoldenKey>();
        foreach (var model in Folders(folder))
        {
            keys.AddRange(await CheckModelAsync(model, cancellationToken));
        }

        return new GoldenReport { Keys = keys };
    }

    /// <summary>Folders of one model each.</summary>
    public static IReadOnlyList<string> Folders(string folder)
    {
        if (File.Exists(Path.Combine(folder, Description)))
        {
            return [folder];
        }

        return [.. Directory.EnumerateDirectories(folder)
            .Where(inner => File.Exists(Path.Combine(inner, Description)))
            .Order(StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<GoldenKey>> CheckModelAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, Description);
        using var description = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
        var model = description.RootElement.GetProperty("model").GetString()
            ?? throw new InvalidInputException(path, "names no model");
        using var world = await PlacesWorld.OpenAsync(folder, ModelFolder(folder, model), cancellationToken);
        var keys = new List<GoldenKey>();
        foreach (var place in description.RootElement.GetProperty("places").EnumerateObject())
        {
            keys.AddRange(await new GoldenPlace(world, place.Name).CheckAsync(cancellationToken));
        }

        if (Directory.Exists(Path.Combine(folder, GoldenPlaceTraces.Folder)))
        {
            keys.AddRange(await new GoldenPlaceTraces(world).CheckAsync(cancellationToken));
        }

        return keys;
    }

    private static string ModelFolder(string folder, string model)
    {
        var full = Path.GetFullPath(folder);
        for (var above = Path.GetDirectoryName(full); above is not null; above = Path.GetDirectoryName(above))
        {
            if (Directory.Exists(Path.Combine(above, model)))
            {
                return Path.Combine(above, model);
            }
        }

        throw new InvalidInputException(folder, $"its model {model} is in none of the folders above it");
    }
}
