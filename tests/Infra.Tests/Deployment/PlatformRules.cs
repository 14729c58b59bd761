namespace AeServerless.Infra.Tests.Deployment;

/// <summary>What the apps stand on: storage, scheduler, environment, registry, monitoring, events.</summary>
internal static class PlatformRules
{
    private static readonly string[] ProfileTypes = ["Consumption", "Consumption-GPU-NC8as-T4", "Consumption-GPU-NC24-A100"];

    private static readonly string[] Containers = ["activations", "models", "autoencoders", "recipes", "results", "dead-letters"];

    /// <summary>One of each, and nothing else.</summary>
    private static readonly string[] Types =
    [
        "Microsoft.Resources/resourceGroups", "Microsoft.Storage/storageAccounts", "Microsoft.DurableTask/schedulers", "Microsoft.DurableTask/schedulers/taskHubs",
        "Microsoft.App/managedEnvironments", "Microsoft.ContainerRegistry/registries", "Microsoft.OperationalInsights/workspaces",
        "Microsoft.Insights/components", "Microsoft.EventGrid/systemTopics",
    ];

    public static void Check(Snapshot snapshot, Problems problems)
    {
        foreach (var type in Types.Where(type => snapshot.OfType(type).Count() != 1))
        {
            problems.Add(type, $"there are {snapshot.OfType(type).Count()}, there must be one");
        }

        Storage(snapshot, problems);
        Durable(snapshot, problems);
        Environment(snapshot, problems);
        Monitoring(snapshot, problems);
    }

    private static void Storage(Snapshot snapshot, Problems problems)
    {
        foreach (var account in snapshot.OfType("Microsoft.Storage/storageAccounts"))
        {
            problems.Expect(account, "StorageV2", "kind");
            problems.ExpectOneOf(account, ["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"], "sku", "name");
            problems.Expect(account, "false", "properties", "allowSharedKeyAccess");
            problems.Expect(account, "false", "properties", "allowBlobPublicAccess");
            problems.Expect(account, "TLS1_2", "properties", "minimumTlsVersion");
            problems.Expect(account, "true", "properties", "supportsHttpsTrafficOnly");
        }

        var containers = snapshot.OfType("Microsoft.Storage/storageAccounts/blobServices/containers").ToList();
        problems.ExpectSame("Microsoft.Storage/storageAccounts", "container", containers.Select(container => Snapshot.Text(container, "name")!.Split('/')[^1]), Containers);
        containers.ForEach(container => problems.Expect(container, "None", "properties", "publicAccess"));

        var prefixes = snapshot.OfType("Microsoft.Storage/storageAccounts/managementPolicies")
            .SelectMany(policy => Snapshot.Items(policy, "properties", "policy", "rules"))
            .SelectMany(rule => Snapshot.Items(rule, "definition", "filters", "prefixMatch"))
            .Select(prefix => prefix.GetValue<string>());
        problems.ExpectSame("Microsoft.Storage/storageAccounts/managementPolicies", "prefix", prefixes, ["results/chunks/", "dead-letters/"]);
    }

    private static void Durable(Snapshot snapshot, Problems problems)
    {
        foreach (var scheduler in snapshot.OfType("Microsoft.DurableTask/schedulers"))
        {
            problems.ExpectOneOf(scheduler, ["Consumption", "Dedicated"], "properties", "sku", "name");
            if (Snapshot.Text(scheduler, "properties", "sku", "name") == "Dedicated")
            {
                problems.ExpectOneOf(scheduler, ["1", "2", "3"], "properties", "sku", "capacity");
            }

            if (!Snapshot.Items(scheduler, "properties", "ipAllowlist").Any())
            {
                problems.Add(Problems.Name(scheduler), "properties.ipAllowlist is empty: nobody could reach it");
            }
        }

        var hubs = snapshot.OfType("Microsoft.DurableTask/schedulers/taskHubs").Select(hub => Snapshot.Text(hub, "name")!.Split('/')[^1]).ToHashSet(StringComparer.Ordinal);
        foreach (var app in snapshot.OfType(AppRules.Type))
        {
            var named = Snapshot.Items(app, "properties", "template", "scale", "rules")
                .Select(rule => Snapshot.Text(rule, "custom", "metadata", "taskhubName"))
                .OfType<string>()
                .Append(SettingRules.SettingsOf(app).GetValueOrDefault("TASKHUB_NAME", "missing"));
            problems.ExpectSame(Problems.Name(app), "task hub", named, hubs);
        }
    }

    private static void Environment(Snapshot snapshot, Problems problems)
    {
        foreach (var environment in snapshot.OfType("Microsoft.App/managedEnvironments"))
        {
            problems.Expect(environment, "azure-monitor", "properties", "appLogsConfiguration", "destination");
            foreach (var profile in Snapshot.Items(environment, "properties", "workloadProfiles"))
            {
                var type = Snapshot.Text(profile, "workloadProfileType");
                if (!ProfileTypes.Contains(type))
                {
                    problems.Add(Problems.Name(environment), $"workload profile type '{type}' is not one of {string.Join(", ", ProfileTypes)}");
                }

                if (Snapshot.Text(profile, "minimumCount") is not null || Snapshot.Text(profile, "maximumCount") is not null)
                {
                    problems.Add(Problems.Name(environment), $"workload profile '{Snapshot.Text(profile, "name")}' must have no minimumCount and maximumCount");
                }
            }
        }

        foreach (var registry in snapshot.OfType("Microsoft.ContainerRegistry/registries"))
        {
            problems.ExpectOneOf(registry, ["Basic", "Premium"], "sku", "name");
            problems.Expect(registry, "false", "properties", "adminUserEnabled");
        }
    }

    private static void Monitoring(Snapshot snapshot, Problems problems)
    {
        foreach (var insights in snapshot.OfType("Microsoft.Insights/components"))
        {
            problems.Expect(insights, "true", "properties", "DisableLocalAuth");
        }

        foreach (var workspace in snapshot.OfType("Microsoft.OperationalInsights/workspaces"))
        {
            problems.Expect(workspace, "true", "properties", "features", "disableLocalAuth");
        }

        var watched = snapshot.OfType("Microsoft.Insights/diagnosticSettings")
            .Select(setting => Snapshot.Text(setting, "id")!.Split("/providers/Microsoft.Insights/")[0].Split('/')[^2]);
        problems.ExpectSame("Microsoft.Insights/diagnosticSettings", "of", watched, ["blobServices", "registries", "managedEnvironments", "systemTopics"]);
    }
}
