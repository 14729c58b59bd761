using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>
/// Mistakes that the compiler accepts and with which a deployment does not work. The control app of prod is its app 0, the worker 1.
/// </summary>
internal static class PlantedMistakes
{
    private const string Hostname = "WEBSITE_HOSTNAME";
    private const string HostId = "AzureFunctionsWebHost__hostid";
    private const string Scheduler = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING";

    public static IReadOnlyDictionary<string, PlantedMistake> All { get; } = new Dictionary<string, PlantedMistake>(StringComparer.Ordinal)
    {
        ["no hostname"] = new("prod", "setting 'WEBSITE_HOSTNAME' is missing", snapshot => Remove(snapshot, 0, Hostname)),
        ["empty hostname"] = new("dev", "must be the app's address", snapshot => Set(snapshot, 0, Hostname, "")),
        ["hostname of the other app"] = new(
            "prod", "must be the app's address", snapshot => Set(snapshot, 1, Hostname, snapshot.Apps[0].Settings[Hostname])),
        ["no host id"] = new("prod", "'AzureFunctionsWebHost__hostid' is missing", snapshot => Remove(snapshot, 1, HostId)),
        ["host id that the host refuses"] = new("dev", "single dashes", snapshot => Set(snapshot, 0, HostId, "Ca--Worker")),
        ["one host id for two apps"] = new("prod", "share keys", snapshot => Set(snapshot, 1, HostId, snapshot.Apps[0].Name)),
        ["probe of the host's own page"] = new(
            "dev", "must call /api/health", snapshot => snapshot.Apps[0].Probes.First()["httpGet"]!["path"] = "/"),
        ["no readiness probe"] = new(
            "dev", "probe 'Readiness' is missing", snapshot => snapshot.Apps[0].Container["probes"]!.AsArray().RemoveAt(1)),
        ["queue of another hub"] = new(
            "dev",
            "queue 'ae-serverless-workitems' is not known",
            snapshot => Scaler(snapshot, 0)["queueName"] = "ae-serverless-workitems"),
        ["partition without a rule"] = new(
            "dev", "scale rule for queue 'aeserverless-control-01' is missing", snapshot => snapshot.Apps[0].ScaleRules.RemoveAt(2)),
        ["queue that nobody made"] = new(
            "dev", "queue 'aeserverless-workitems' is missing", snapshot => RemoveResource(snapshot, "/aeserverless-workitems")),
        ["scale rule without an identity"] = new(
            "dev", "has no identity", snapshot => snapshot.Apps[0].ScaleRules[0]!["custom"]!.AsObject().Remove("identity")),
        ["two apps on a hub in storage"] = new(
            "dev", "2 apps", snapshot => snapshot.Resources.Add(snapshot.Apps[0].Resource.DeepClone())),
        ["hub of another name"] = new(
            "prod", "task hub 'AeServerless' is not known", snapshot => Set(snapshot, 0, "TASKHUB_NAME", "AeServerless")),
        ["no scheduler"] = new("prod", $"'{Scheduler}' is missing", snapshot => Remove(snapshot, 0, Scheduler)),
        ["setting that nobody reads"] = new(
            "dev", "setting 'ChunkInFlight' is not known", snapshot => Set(snapshot, 0, "ChunkInFlight", "1")),
        ["setting that the code reads"] = new(
            "dev", "setting 'NightlySchedule' is missing", snapshot => Remove(snapshot, 0, "NightlySchedule")),
        ["activity that no app serves"] = new(
            "prod", "function PlanRun: no app serves it", snapshot => Set(snapshot, 0, "AzureWebJobs.PlanRun.Disabled", "true")),
        ["activity that both serve"] = new(
            "prod", "function MergeGroup: served by", snapshot => Remove(snapshot, 1, "AzureWebJobs.MergeGroup.Disabled")),
        ["function that does not exist"] = new(
            "dev", "'PlanRuns', which does not exist", snapshot => Set(snapshot, 0, "AzureWebJobs.PlanRuns.Disabled", "true")),
        ["scan and events"] = new(
            "dev", "function OnDatasetUploaded: 1 apps", snapshot => Remove(snapshot, 0, "AzureWebJobs.OnDatasetUploaded.Disabled")),
        ["no events"] = new(
            "dev",
            "function OnDatasetUploadedEvent: 0 apps",
            snapshot => Set(snapshot, 0, "AzureWebJobs.OnDatasetUploadedEvent.Disabled", "true")),
    };

    private static JsonObject Scaler(Snapshot snapshot, int rule) => snapshot.Apps[0].ScaleRules[rule]!["custom"]!["metadata"]!.AsObject();

    private static void RemoveResource(Snapshot snapshot, string end) => snapshot.Resources.Remove(
        snapshot.Resources.Single(resource => ((string)resource!["name"]!).EndsWith(end, StringComparison.Ordinal)));

    private static void Remove(Snapshot snapshot, int app, string setting)
    {
        var environment = snapshot.Apps[app].Environment;
        environment.Remove(environment.Single(each => (string?)each!["name"] == setting));
    }

    private static void Set(Snapshot snapshot, int app, string setting, string value)
    {
        if (snapshot.Apps[app].Settings.ContainsKey(setting))
        {
            Remove(snapshot, app, setting);
        }

        snapshot.Apps[app].Environment.Add(new JsonObject { ["name"] = setting, ["value"] = value });
    }
}
