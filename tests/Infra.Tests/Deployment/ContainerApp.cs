using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>One app of a snapshot.</summary>
internal sealed class ContainerApp(JsonNode resource)
{
    private const string DisabledPrefix = "AzureWebJobs.";
    private const string DisabledSuffix = ".Disabled";

    public JsonNode Resource => resource;

    public string Name => (string)resource["name"]!;

    public JsonObject Template => resource["properties"]!["template"]!.AsObject();

    public JsonObject Container => Template["containers"]![0]!.AsObject();

    public JsonArray Environment => Container["env"]!.AsArray();

    public IReadOnlyDictionary<string, string> Settings => Environment.ToDictionary(
        setting => (string)setting!["name"]!, setting => (string?)setting!["value"] ?? "", StringComparer.Ordinal);

    /// <summary>Settings that disable no function.</summary>
    public IEnumerable<string> SettingNames => Settings.Keys.Where(key => FunctionOf(key) is null);

    public IReadOnlySet<string> Disabled => Settings
        .Where(setting => setting.Value == "true")
        .Select(setting => FunctionOf(setting.Key))
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);

    public IReadOnlySet<string> Served => AppCode.Functions.Except(Disabled).ToHashSet(StringComparer.Ordinal);

    public IEnumerable<JsonObject> Probes => Container["probes"]!.AsArray().Select(probe => probe!.AsObject());

    public JsonArray ScaleRules => Template["scale"]!["rules"]!.AsArray();

    /// <summary>Metadata of the scale rules of one scaler.</summary>
    public IEnumerable<JsonObject> Scalers(string type) => ScaleRules
        .Where(rule => (string?)rule!["custom"]?["type"] == type)
        .Select(rule => rule!["custom"]!["metadata"]!.AsObject());

    private static string? FunctionOf(string key) =>
        key.StartsWith(DisabledPrefix, StringComparison.Ordinal) && key.EndsWith(DisabledSuffix, StringComparison.Ordinal)
            ? key[DisabledPrefix.Length..^DisabledSuffix.Length]
            : null;
}
