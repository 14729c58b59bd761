using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace AeServerless.Infra.Tests;

/// <summary>A host.json of the function app.</summary>
internal sealed partial class HostJson(JsonObject root)
{
    public const string AzureManaged = "azureManaged";
    public const string AzureStorage = "AzureStorage";

    public JsonObject Root { get; } = root;

    public JsonObject LogLevels => Root["logging"]!["logLevel"]!.AsObject();

    public string Backend => (string)Provider["type"]!;

    public string HubName => (string)DurableTask["hubName"]!;

    /// <summary>Queues of a hub in the storage account, by the names that the engine gives them.</summary>
    public IEnumerable<string> Queues
    {
        get
        {
            var hub = HubName.ToLowerInvariant();
            return Enumerable.Range(0, (int)Provider["partitionCount"]!)
                .Select(partition => $"{hub}-control-{partition.ToString("00", CultureInfo.InvariantCulture)}")
                .Append($"{hub}-workitems");
        }
    }

    /// <summary>App settings that the file names: each <c>%name%</c>, and that of the connection.</summary>
    public IEnumerable<string> SettingsNamed => Named().Matches(Root.ToJsonString())
        .Select(match => match.Groups[1].Value)
        .Concat(Provider["connectionStringName"] is { } connection ? [(string)connection!] : []);

    private JsonObject DurableTask => Root["extensions"]!["durableTask"]!.AsObject();

    private JsonObject Provider => DurableTask["storageProvider"]!.AsObject();

    /// <summary>The file of a backend, as the repository has it.</summary>
    public static HostJson Of(string backend) =>
        Parse(Repository.Read(backend == AzureManaged ? "src/Functions/host.azureManaged.json" : "src/Functions/host.json"));

    public static HostJson Parse(string text) => new(JsonNode.Parse(text)!.AsObject());

    /// <summary>The least level of a category that is logged: what the entry says whose name is the longest beginning of it.</summary>
    public LogLevel LevelOf(string category)
    {
        var entry = LogLevels
            .Where(level => level.Key == "default" || category.StartsWith(level.Key, StringComparison.OrdinalIgnoreCase))
            .MaxBy(level => level.Key == "default" ? 0 : level.Key.Length);
        return Enum.Parse<LogLevel>((string)entry.Value!);
    }

    [GeneratedRegex("%([A-Za-z_]+)%")]
    private static partial Regex Named();
}
