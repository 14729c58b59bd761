using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.Engine;
using AeServerless.Models.Configuration;

namespace AeServerless.Models.Tokenizers;

/// <summary>Reads the parts of a <c>tokenizer.json</c>, with faults that name file and field.</summary>
internal static class TokenizerJson
{
    private const int MaxDepth = 64;

    /// <summary>Parses an object whose strings are all valid Unicode.</summary>
    public static JsonObject Parse(ReadOnlySpan<byte> json, string subject)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            RequireUnicode(document.RootElement, subject);
            return JsonObject.Create(document.RootElement.Clone()) ?? throw new InvalidInputException(subject, "must be an object");
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson(subject, e);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException(subject, "must be an object whose strings are valid Unicode");
        }
    }

    /// <summary>A string; null where the field is absent or null.</summary>
    public static string? Text(JsonObject part, string key, string subject) => part[key] is null ? null
        : part[key] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new InvalidInputException($"{subject}.{key}", "must be a string");

    /// <summary>A flag; false where the field is absent or null.</summary>
    public static bool Flag(JsonObject part, string key, string subject) => part[key] is not null
        && (part[key] is JsonValue value && value.TryGetValue<bool>(out var flag)
            ? flag
            : throw new InvalidInputException($"{subject}.{key}", "must be true or false"));

    public static JsonObject Object(JsonNode? node, string subject) =>
        node as JsonObject ?? throw new InvalidInputException(subject, "must be an object");

    public static JsonArray Array(JsonNode? node, string subject) =>
        node as JsonArray ?? throw new InvalidInputException(subject, "must be a list");

    /// <summary>An id: a whole number of at least 0.</summary>
    public static int Id(JsonNode? node, string subject) => node is JsonValue value && value.TryGetValue<int>(out var id) && id >= 0
        ? id
        : throw new InvalidInputException(subject, $"must be a whole number from 0 to {int.MaxValue}");

    /// <summary>Throws if an object has other keys than these.</summary>
    public static void RequireKeys(JsonObject part, IEnumerable<string> known, string subject)
    {
        if (part.Select(entry => entry.Key).Except(known).FirstOrDefault() is { } unknown)
        {
            throw new InvalidInputException(
                $"{subject}, {ConfigReader.Clip(unknown)}", $"is not understood; known are {string.Join(", ", known)}");
        }
    }

    private static void RequireUnicode(JsonElement element, string subject)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    RequireUnicode(property.Value, subject);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RequireUnicode(item, subject);
                }

                break;
            case JsonValueKind.String when JsonTexts.Read(element) is null:
                throw new InvalidInputException(
                    subject, $"has the string {ConfigReader.Clip(element.GetRawText())}, which is not valid Unicode");
        }
    }
}
