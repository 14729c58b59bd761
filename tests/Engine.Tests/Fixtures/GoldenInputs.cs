using System.Text.Json;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>What an <c>expected.json</c> says of a golden run's inputs.</summary>
/// <param name="Autoencoders">Folder, input and layers of each.</param>
/// <param name="Aliases">A raw key to the raw key that has the same bytes, which is the one stored.</param>
internal sealed record GoldenInputs(
    IReadOnlyList<(string Folder, AutoencoderInput Input, IReadOnlyList<int> Layers)> Autoencoders, IReadOnlyDictionary<string,
    string> Aliases)
{
    public static GoldenInputs Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        return new GoldenInputs(
            [.. root.GetProperty("autoencoders").EnumerateObject().Select(ReadAutoencoder)],
            root.TryGetProperty("activation_aliases", out var aliases)
                ? aliases.EnumerateObject().ToDictionary(alias => alias.Name, alias => alias.Value.GetString()!)
                : []);
    }

    private static (string Folder, AutoencoderInput Input, IReadOnlyList<int> Layers) ReadAutoencoder(JsonProperty autoencoder) => (
        autoencoder.Name,
        RecipeNames.Inputs[autoencoder.Value.GetProperty("input_dst").GetString()!],
        [.. autoencoder.Value.GetProperty("layers").EnumerateArray().Select(layer => layer.GetInt32())]);
}
