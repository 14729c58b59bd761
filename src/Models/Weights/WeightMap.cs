using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Weights;

/// <summary>The index of sharded weights.</summary>
internal static class WeightMap
{
    /// <summary>The file of each tensor.</summary>
    /// <exception cref="InvalidInputException">Not an index, or a file name that leaves the folder.</exception>
    public static Dictionary<string, string> Parse(ReadOnlySpan<byte> json, string subject)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidInputException($"{subject}, weight_map", "must be an object of file names by tensor");
            }

            return map.EnumerateObject().ToDictionary(entry => entry.Name, entry => FileName(entry, subject), StringComparer.Ordinal);
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(subject, e);
        }
    }

    private static string FileName(JsonProperty entry, string subject)
    {
        var field = $"{subject}, weight_map.{ConfigReader.Clip(entry.Name)}";
        var name = JsonTexts.Read(entry.Value) ?? throw new InvalidInputException(field, "must be a file name");
        BlobPath.Validate(name, field);
        return name.Contains('/')
            ? throw new InvalidInputException(field, $"is '{ConfigReader.Clip(name)}'; a file of the same folder is needed")
            : name;
    }
}
