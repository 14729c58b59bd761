using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Deployments against the app's code and its host.json, and the mistakes that must not pass.</summary>
public sealed class DeploymentTests
{
    private static readonly Dictionary<string, (string Deployment, Action<Snapshot> Plant, string Named)> Planted = new(StringComparer.Ordinal)
    {
        ["no hostname"] = ("prod", snapshot => Remove(snapshot, 0, "WEBSITE_HOSTNAME"), "WEBSITE_HOSTNAME"),
        ["empty hostname"] = ("dev", snapshot => Set(snapshot, 0, "WEBSITE_HOSTNAME", ""), "must be the app's address"),
        ["hostname of the other app"] = (
            "prod", snapshot => Set(snapshot, 1, "WEBSITE_HOSTNAME", snapshot.Apps[0].Settings["WEBSITE_HOSTNAME"]), "ca-worker"),
        ["no host id"] = ("prod", snapshot => Remove(snapshot, 1, "AzureFunctionsWebHost__hostid"), "'AzureFunctionsWebHost__hostid' is missing"),
        ["host id that the host refuses"] = ("dev", snapshot => Set(snapshot, 0, "AzureFunctionsWebHost__hostid", "Ca--Worker"), "single dashes"),
        ["one host id for two apps"] = (
            "prod", snapshot => Set(snapshot, 1, "AzureFunctionsWebHost__hostid", snapshot.Apps[0].Name), "share keys"),
        ["probe of the host's own page"] = ("dev", snapshot => snapshot.Apps[0].Probes.First()["httpGet"]!["path"] = "/", "must call /api/health"),
        ["no readiness probe"] = ("dev", snapshot => snapshot.Apps[0].Container["probes"]!.AsArray().RemoveAt(1), "probe 'Readiness' is missing"),
        ["queue of another hub"] = (
            "dev", snapshot => Scaler(snapshot, 0)["queueName"] = "ae-serverless-workitems", "queue 'ae-serverless-workitems' is not known"),
        ["partition without a rule"] = (
            "dev", snapshot => snapshot.Apps[0].ScaleRules.RemoveAt(2), "scale rule for queue 'aeserverless-control-01' is missing"),
        ["queue that nobody made"] = (
            "dev",
            snapshot => snapshot.Resources.Remove(snapshot.Resources.Single(resource => ((string)resource!["name"]!).EndsWith("/aeserverless-workitems", StringComparison.Ordinal))),
            "queue 'aeserverless-workitems' is missing"),
        ["scale rule without an identity"] = (
            "dev", snapshot => snapshot.Apps[0].ScaleRules[0]!["custom"]!.AsObject().Remove("identity"), "no identity"),
        ["hub of another name"] = ("prod", snapshot => Set(snapshot, 0, "TASKHUB_NAME", "AeServerless"), "task hub 'AeServerless' is not known"),
        ["scheduler of no app"] = (
            "prod", snapshot => Remove(snapshot, 0, "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"), "'DURABLE_TASK_SCHEDULER_CONNECTION_STRING' is missing"),
        ["setting that nobody reads"] = ("dev", snapshot => Set(snapshot, 0, "ChunkInFlight", "1"), "setting 'ChunkInFlight' is not known"),
        ["setting that the code reads"] = ("dev", snapshot => Remove(snapshot, 0, "NightlySchedule"), "setting 'NightlySchedule' is missing"),
        ["activity that no app serves"] = (
            "prod", snapshot => Set(snapshot, 0, "AzureWebJobs.PlanRun.Disabled", "true"), "function PlanRun: no app serves it"),
        ["activity that both serve"] = (
            "prod", snapshot => Remove(snapshot, 1, "AzureWebJobs.MergeGroup.Disabled"), "function MergeGroup: served by"),
        ["scan and events"] = ("dev", snapshot => Remove(snapshot, 0, "AzureWebJobs.OnDatasetUploaded.Disabled"), "function OnDatasetUploaded: 1 apps"),
        ["no events"] = (
            "dev", snapshot => Set(snapshot, 0, "AzureWebJobs.OnDatasetUploadedEvent.Disabled", "true"), "function OnDatasetUploadedEvent: 0 apps"),
    };

    public static TheoryData<string> Deployments => ["main", "dev", "prod"];

    public static TheoryData<string> Mistakes => [.. Planted.Keys];

    [Theory]
    [MemberData(nameof(Deployments))]
    public void Deployment_AgreesWithTheAppAndItsHost(string name) => Assert.Empty(Find(Snapshot.Load(name)));

    [Theory]
    [InlineData("dev", "AzureStorage")]
    [InlineData("prod", "azureManaged")]
    public void Default_IsTheBackend(string name, string backend) => Assert.Equal(backend, Snapshot.Load(name).Backend);

    [Theory]
    [MemberData(nameof(Deployments))]
    public void SettingsOfEachApp_StartIt(string name) => Assert.All(Snapshot.Load(name).Apps, app =>
    {
        // What only Azure knows stands in the snapshot as an expression.
        var values = app.Settings.ToDictionary(
            pair => pair.Key, pair => pair.Value.StartsWith('[') ? "https://example.org" : (string?)pair.Value, StringComparer.Ordinal);

        Assert.Equal(AppCode.Settings, AppCode.ReadBy(values));
    });

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void PlantedMistake_IsNamed(string mistake)
    {
        var (deployment, plant, named) = Planted[mistake];
        var snapshot = Snapshot.Load(deployment);
        plant(snapshot);

        Assert.Contains(Find(snapshot), problem => problem.Contains(named, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Find(Snapshot snapshot)
    {
        var host = HostJson.Of(snapshot.Backend);
        return [.. HostRules.Find(snapshot, host), .. FunctionRules.Find(snapshot), .. ScaleRules.Find(snapshot, host)];
    }

    private static JsonObject Scaler(Snapshot snapshot, int rule) => snapshot.Apps[0].ScaleRules[rule]!["custom"]!["metadata"]!.AsObject();

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
