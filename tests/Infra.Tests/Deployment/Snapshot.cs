using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>What a parameter file deploys, as far as the compiler can tell without asking Azure.</summary>
internal sealed class Snapshot(JsonNode root)
{
    private const string AppType = "Microsoft.App/containerApps";

    public JsonArray Resources { get; } = root["predictedResources"]!.AsArray();

    public IReadOnlyList<ContainerApp> Apps => [.. OfType(AppType).Select(resource => new ContainerApp(resource))];

    public IEnumerable<string> Queues => NamesOf("Microsoft.Storage/storageAccounts/queueServices/queues");

    public IEnumerable<string> SchedulerHubs => NamesOf("Microsoft.DurableTask/schedulers/taskHubs");

    /// <summary>Where orchestrations are kept, in the words of host.json.</summary>
    public string Backend => SchedulerHubs.Any() ? HostJson.AzureManaged : HostJson.AzureStorage;

    public static Snapshot Load(string name) => new(JsonNode.Parse(Repository.Read($"infra/bicep/{name}.snapshot.json"))!);

    private IEnumerable<JsonNode> OfType(string type) =>
        Resources.Where(resource => (string?)resource!["type"] == type).Select(resource => resource!);

    private IEnumerable<string> NamesOf(string type) => OfType(type).Select(resource => ((string)resource["name"]!).Split('/')[^1]);
}
