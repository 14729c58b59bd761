using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Environment variables of the apps against what the host and the code read, and the functions that each leaves to the other.</summary>
internal static class SettingRules
{
    private const string DisabledPrefix = "AzureWebJobs.";
    private const string DisabledSuffix = ".Disabled";

    /// <summary>Read by the Functions host and its extensions.</summary>
    private static readonly string[] HostSettings =
    [
        "ASPNETCORE_URLS", "FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsSecretStorageType", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING", "TASKHUB_NAME",
        "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri",
        "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId",
        "AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    ];

    public static void Check(Snapshot snapshot, Problems problems)
    {
        foreach (var app in snapshot.OfType(AppRules.Type))
        {
            var settings = SettingsOf(app);
            problems.ExpectSame(
                Problems.Name(app), "setting", settings.Keys.Where(key => FunctionOf(key) is null), HostSettings.Concat(AppCode.Settings));
            Expect(app, settings, "AzureWebJobsStorage__credential", "managedidentity", problems);
            Expect(app, settings, "FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated", problems);
            ExpectServedElsewhere(app, settings, problems);
            ExpectParts(app, settings, "DURABLE_TASK_SCHEDULER_CONNECTION_STRING", ["Endpoint={0}", "Authentication=ManagedIdentity", "ClientID={1}"], problems);
        }

        if (AppRules.Find(snapshot, "worker") is { } worker)
        {
            Expect(worker, SettingsOf(worker), "EngineDevice", "cuda", problems);
            Expect(worker, SettingsOf(worker), "AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions", "1", problems);
        }

        if (AppRules.Find(snapshot, "control") is { } control)
        {
            Expect(control, SettingsOf(control), "EngineDevice", "cpu", problems);
        }

        Coverage(snapshot, problems);
    }

    /// <summary>The settings of an app, by name.</summary>
    public static IReadOnlyDictionary<string, string> SettingsOf(JsonNode app) => Snapshot.Items(app, "properties", "template", "containers")
        .SelectMany(container => Snapshot.Items(container, "env"))
        .GroupBy(setting => Snapshot.Text(setting, "name") ?? "unnamed", StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => Snapshot.Text(group.Last(), "value") ?? "", StringComparer.Ordinal);

    private static void Coverage(Snapshot snapshot, Problems problems)
    {
        var servedBy = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var app in snapshot.OfType(AppRules.Type))
        {
            var disabled = Disabled(SettingsOf(app));
            foreach (var unknown in disabled.Except(AppCode.Functions))
            {
                problems.Add(Problems.Name(app), $"disables function '{unknown}', which does not exist");
            }

            foreach (var function in AppCode.Functions.Except(disabled))
            {
                servedBy.TryAdd(function, []);
                servedBy[function].Add(Problems.Name(app));
            }
        }

        foreach (var function in AppCode.Functions.Order(StringComparer.Ordinal))
        {
            var apps = servedBy.GetValueOrDefault(function, []);
            if (apps.Count == 0)
            {
                problems.Add($"function {function}", "no app serves it: whoever calls it waits for ever");
            }
            else if (apps.Count > 1 && function != AppCode.Health)
            {
                problems.Add($"function {function}", $"served by {string.Join(" and ", apps)}: one of them must disable it");
            }
        }

        if (AppRules.Find(snapshot, "worker") is { } worker)
        {
            problems.ExpectSame(Problems.Name(worker), "function served", AppCode.Functions.Except(Disabled(SettingsOf(worker))), ["ComputeChunk", AppCode.Health]);
        }
    }

    private static HashSet<string> Disabled(IReadOnlyDictionary<string, string> settings) =>
        settings.Where(setting => setting.Value == "true").Select(setting => FunctionOf(setting.Key)).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static string? FunctionOf(string key) =>
        key.StartsWith(DisabledPrefix, StringComparison.Ordinal) && key.EndsWith(DisabledSuffix, StringComparison.Ordinal)
            ? key[DisabledPrefix.Length..^DisabledSuffix.Length]
            : null;

    private static void ExpectServedElsewhere(JsonNode app, IReadOnlyDictionary<string, string> settings, Problems problems) => problems.ExpectSame(
        Problems.Name(app),
        "FunctionsServedElsewhere, function",
        settings.GetValueOrDefault("FunctionsServedElsewhere", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
        Disabled(settings));

    private static void Expect(JsonNode app, IReadOnlyDictionary<string, string> settings, string key, string right, Problems problems)
    {
        if (settings.GetValueOrDefault(key) is var value && value != right)
        {
            problems.Add(Problems.Name(app), $"setting '{key}' is '{value ?? "missing"}', it must be '{right}'");
        }
    }

    private static void ExpectParts(JsonNode app, IReadOnlyDictionary<string, string> settings, string key, string[] parts, Problems problems)
    {
        foreach (var part in parts.Where(part => settings.GetValueOrDefault(key)?.Contains(part, StringComparison.Ordinal) != true))
        {
            problems.Add(Problems.Name(app), $"setting '{key}' lacks '{part}'");
        }
    }
}
