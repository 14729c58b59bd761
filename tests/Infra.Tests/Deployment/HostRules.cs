using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>What the Functions host itself needs of each app's settings and probes.</summary>
internal static partial class HostRules
{
    private const string Hostname = "WEBSITE_HOSTNAME";
    private const string HostId = "AzureFunctionsWebHost__hostid";

    private static readonly string[] ProbeTypes = ["Startup", "Readiness", "Liveness"];

    /// <summary>Read by the Functions host and its extensions, whatever the backend.</summary>
    private static readonly string[] HostSettings =
    [
        "ASPNETCORE_URLS", "FUNCTIONS_WORKER_RUNTIME", Hostname, HostId, "AzureWebJobsSecretStorageType",
        "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri",
        "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
        "AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    ];

    public static IEnumerable<string> Find(Snapshot snapshot, HostJson host)
    {
        var known = HostSettings.Concat(host.SettingsNamed).Concat(AppCode.Settings).ToList();
        return
        [
            .. snapshot.Apps.SelectMany(app => Differences.Between($"{app.Name}: setting", app.SettingNames, known)),
            .. snapshot.Apps.SelectMany(Identity),
            .. snapshot.Apps.SelectMany(Probes),
            .. snapshot.Apps.GroupBy(app => app.Settings.GetValueOrDefault(HostId))
                .Where(same => same.Count() > 1)
                .Select(same => $"{HostId} '{same.Key}' is that of {Names(same)}: they would share keys and locks"),
        ];
    }

    private static string Names(IEnumerable<ContainerApp> apps) => string.Join(" and ", apps.Select(app => app.Name));

    private static IEnumerable<string> Identity(ContainerApp app)
    {
        // The address is known to Azure alone: in a snapshot it is the expression that will ask for it.
        var hostname = app.Settings.GetValueOrDefault(Hostname, "");
        if (!hostname.Contains($"'{app.Name}'", StringComparison.Ordinal)
            || !hostname.EndsWith(".defaultDomain)]", StringComparison.Ordinal))
        {
            yield return $"{app.Name}: {Hostname} is '{hostname}', it must be the app's address: functions with a durable client need it";
        }

        var id = app.Settings.GetValueOrDefault(HostId, "");
        if (!ValidHostId().IsMatch(id))
        {
            yield return $"{app.Name}: {HostId} is '{id}', it must be at most 32 lower-case letters, digits and single dashes";
        }
    }

    private static IEnumerable<string> Probes(ContainerApp app) =>
    [
        .. Differences.Between($"{app.Name}: probe", app.Probes.Select(probe => (string)probe["type"]!), ProbeTypes),
        .. from probe in app.Probes
           let path = (string?)probe["httpGet"]!["path"]
           where path != AppCode.HealthPath
           select $"{app.Name}: probe {probe["type"]} calls '{path}', it must call {AppCode.HealthPath}",
    ];

    [GeneratedRegex("^(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex ValidHostId();
}
