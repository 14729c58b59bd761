using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>What the Functions host itself needs of each app's settings and probes.</summary>
internal static partial class HostRules
{
    private static readonly string[] ProbeTypes = ["Startup", "Readiness", "Liveness"];

    /// <summary>Read by the Functions host and its extensions, whatever the backend.</summary>
    private static readonly string[] HostSettings =
    [
        "ASPNETCORE_URLS", "FUNCTIONS_WORKER_RUNTIME", "WEBSITE_HOSTNAME", "AzureFunctionsWebHost__hostid", "AzureWebJobsSecretStorageType",
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
            .. snapshot.Apps.SelectMany(Names),
            .. snapshot.Apps.SelectMany(Probes),
            .. snapshot.Apps.GroupBy(app => app.Settings.GetValueOrDefault("AzureFunctionsWebHost__hostid"))
                .Where(same => same.Count() > 1)
                .Select(same => $"AzureFunctionsWebHost__hostid '{same.Key}' is that of {string.Join(" and ", same.Select(app => app.Name))}: they would share keys and locks"),
        ];
    }

    private static IEnumerable<string> Names(ContainerApp app)
    {
        // The address is known to Azure alone: in a snapshot it is the expression that will ask for it.
        var hostname = app.Settings.GetValueOrDefault("WEBSITE_HOSTNAME", "");
        if (!hostname.Contains($"'{app.Name}'", StringComparison.Ordinal) || !hostname.EndsWith(".defaultDomain)]", StringComparison.Ordinal))
        {
            yield return $"{app.Name}: WEBSITE_HOSTNAME is '{hostname}', it must be the app's address: without it every function with a durable client fails";
        }

        var id = app.Settings.GetValueOrDefault("AzureFunctionsWebHost__hostid", "");
        if (!HostId().IsMatch(id))
        {
            yield return $"{app.Name}: AzureFunctionsWebHost__hostid is '{id}', it must be at most 32 lower-case letters, digits and single dashes";
        }
    }

    private static IEnumerable<string> Probes(ContainerApp app) =>
        Differences.Between($"{app.Name}: probe", app.Probes.Select(probe => (string)probe["type"]!), ProbeTypes)
            .Concat(app.Probes
                .Where(probe => (string?)probe["httpGet"]!["path"] != AppCode.HealthPath)
                .Select(probe => $"{app.Name}: probe {probe["type"]} calls '{probe["httpGet"]!["path"]}', it must call {AppCode.HealthPath}: the host's own page is there before its worker"));

    [GeneratedRegex("^(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex HostId();
}
