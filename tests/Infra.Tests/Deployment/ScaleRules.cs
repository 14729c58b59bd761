namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Scale rules ask the hub that the app works on. With one that asks another, no run ever starts a replica.</summary>
internal static class ScaleRules
{
    private const string QueueScaler = "azure-queue";
    private const string SchedulerScaler = "azure-durabletask-scheduler";

    public static IEnumerable<string> Find(Snapshot snapshot, HostJson host) =>
    [
        .. host.Backend == HostJson.AzureManaged ? Scheduler(snapshot) : Queues(snapshot, host),
        .. snapshot.Apps.SelectMany(Identities),
    ];

    private static IEnumerable<string> Queues(Snapshot snapshot, HostJson host) =>
    [
        .. Differences.Between("queue", snapshot.Queues, host.Queues),
        .. snapshot.Apps.SelectMany(app => Differences.Between(
            $"{app.Name}: scale rule for queue", app.Scalers(QueueScaler).Select(scaler => (string)scaler["queueName"]!), host.Queues)),
        .. snapshot.Apps
            .Where(app => app.Scalers(SchedulerScaler).Any())
            .Select(app => $"{app.Name}: scales on a scheduler, and there is none"),
        .. OneApp(snapshot),
    ];

    private static IEnumerable<string> OneApp(Snapshot snapshot)
    {
        if (snapshot.Apps.Count != 1)
        {
            yield return $"{snapshot.Apps.Count} apps on a hub in the storage account would take each other's work";
        }
    }

    private static IEnumerable<string> Scheduler(Snapshot snapshot) => snapshot.Apps.SelectMany(app => Differences.Between(
        $"{app.Name}: task hub",
        app.Scalers(SchedulerScaler)
            .Select(scaler => (string?)scaler["taskhubName"] ?? "missing")
            .Append(app.Settings.GetValueOrDefault("TASKHUB_NAME", "missing")),
        snapshot.SchedulerHubs));

    private static IEnumerable<string> Identities(ContainerApp app) => app.ScaleRules
        .Where(rule => (string?)rule!["custom"]?["type"] is QueueScaler or SchedulerScaler && rule["custom"]!["identity"] is null)
        .Select(rule => $"{app.Name}: scale rule '{rule!["name"]}' has no identity to ask with");
}
