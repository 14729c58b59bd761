using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>What a deployment would create, as far as the compiler can tell without asking Azure.</summary>
internal sealed class Snapshot(JsonNode root)
{
    public IReadOnlyList<JsonNode> Resources { get; } = [.. root["predictedResources"]!.AsArray().Select(resource => resource!)];

    public IEnumerable<JsonNode> OfType(string type) => Resources.Where(resource => Text(resource, "type") == type);

    public static string? Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = node is JsonObject parent ? parent[step] : null;
        }

        return node?.GetValueKind() switch
        {
            null => null,
            System.Text.Json.JsonValueKind.String => node.GetValue<string>(),
            _ => node.ToJsonString(),
        };
    }

    public static IEnumerable<JsonNode> Items(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = node is JsonObject parent ? parent[step] : null;
        }

        return node is JsonArray array ? array.Select(item => item!) : [];
    }
}
