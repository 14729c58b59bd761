using System.Text.Json;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>No key leaves a template and none is fetched by one.</summary>
internal static class SecretRules
{
    private static readonly string[] Forbidden = ["listKeys(", "listAccountSas(", "listServiceSas(", "listSecrets(", "listCredentials(", "sharedKey", "AccountKey="];

    public static void Check(string name, JsonElement template, Problems problems)
    {
        Walk(name, template, problems);
        Outputs(name, template, problems);
    }

    private static void Walk(string path, JsonElement element, Problems problems)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Walk($"{path}.{property.Name}", property.Value, problems);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in element.EnumerateArray().Index())
                {
                    Walk($"{path}[{index}]", item, problems);
                }

                break;
            case JsonValueKind.String when Forbidden.FirstOrDefault(word => element.GetString()!.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } word:
                problems.Add(path, $"uses '{word.TrimEnd('(')}': identities replace keys");
                break;
            default:
                break;
        }
    }

    private static void Outputs(string name, JsonElement template, Problems problems)
    {
        var secure = Objects(template, "parameters")
            .Where(parameter => IsSecure(parameter.Value))
            .Select(parameter => parameter.Name)
            .ToList();
        foreach (var output in Objects(template, "outputs"))
        {
            var value = output.Value.GetProperty("value").ToString();
            if (IsSecure(output.Value)
                || secure.Any(parameter => value.Contains($"parameters('{parameter}')", StringComparison.Ordinal))
                || value.Contains("ConnectionString", StringComparison.OrdinalIgnoreCase)
                || value.Contains("InstrumentationKey", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(name, $"output '{output.Name}' is a secret: outputs are kept in the deployment's history");
            }
        }

        foreach (var resource in Objects(template, "resources"))
        {
            if (resource.Value.TryGetProperty("properties", out var properties) && properties.TryGetProperty("template", out var nested)
                && nested.TryGetProperty("resources", out _))
            {
                Outputs($"{name}/{resource.Name}", nested, problems);
            }
        }
    }

    // A parameter of a type of its own has a reference in place of its type.
    private static bool IsSecure(JsonElement typed) =>
        typed.TryGetProperty("type", out var type) && type.GetString()!.StartsWith("secure", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<JsonProperty> Objects(JsonElement template, string name) =>
        template.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object ? section.EnumerateObject() : [];
}
