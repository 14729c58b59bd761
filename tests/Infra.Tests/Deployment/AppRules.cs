using System.Globalization;
using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>The two container apps: one for everything, one for chunks, neither reachable nor running more than it should.</summary>
internal static class AppRules
{
    public const string Type = "Microsoft.App/containerApps";

    private static readonly string[] ScalerKeys = ["endpoint", "taskhubName", "maxConcurrentWorkItemsCount", "workItemType"];

    private static readonly string[] CpuProfiles = ["Consumption"];

    private static readonly string[] GpuProfiles = ["Consumption-GPU-NC8as-T4", "Consumption-GPU-NC24-A100"];

    public static JsonNode? Find(Snapshot snapshot, string service) =>
        snapshot.OfType(Type).FirstOrDefault(app => Snapshot.Text(app, "tags", "azd-service-name") == service);

    public static void Check(Snapshot snapshot, Problems problems)
    {
        problems.ExpectSame(Type, "service", snapshot.OfType(Type).Select(app => Snapshot.Text(app, "tags", "azd-service-name") ?? "unnamed"), ["control", "worker"]);
        var profiles = snapshot.OfType("Microsoft.App/managedEnvironments")
            .SelectMany(environment => Snapshot.Items(environment, "properties", "workloadProfiles"))
            .ToDictionary(profile => Snapshot.Text(profile, "name")!, profile => Snapshot.Text(profile, "workloadProfileType")!, StringComparer.Ordinal);

        foreach (var app in snapshot.OfType(Type))
        {
            var isWorker = Snapshot.Text(app, "tags", "azd-service-name") == "worker";
            problems.Expect(app, "functionapp", "kind");
            problems.Expect(app, "Single", "properties", "configuration", "activeRevisionsMode");
            problems.Expect(app, isWorker ? "false" : "true", "properties", "configuration", "ingress", "external");
            problems.Expect(app, "false", "properties", "configuration", "ingress", "allowInsecure");
            problems.Expect(app, "8080", "properties", "configuration", "ingress", "targetPort");
            problems.Expect(app, "UserAssigned", "identity", "type");
            Profile(app, profiles, isWorker ? GpuProfiles : CpuProfiles, problems);
            Scale(app, isWorker, problems);
            Container(app, problems);
        }
    }

    private static void Profile(JsonNode app, Dictionary<string, string> profiles, string[] right, Problems problems)
    {
        var name = Snapshot.Text(app, "properties", "workloadProfileName");
        if (name is null || !profiles.TryGetValue(name, out var type))
        {
            problems.Add(Problems.Name(app), $"properties.workloadProfileName is '{name ?? "missing"}', the environment has {string.Join(", ", profiles.Keys)}");
        }
        else if (!right.Contains(type))
        {
            problems.Add(Problems.Name(app), $"its profile '{name}' is of type '{type}', it must be one of {string.Join(", ", right)}");
        }
    }

    private static void Container(JsonNode app, Problems problems)
    {
        var containers = Snapshot.Items(app, "properties", "template", "containers").ToList();
        if (containers.Count != 1)
        {
            problems.Add(Problems.Name(app), "it must have one container: the first of a replica gets the GPU");
        }

        foreach (var container in containers.Where(container => Snapshot.Text(container, "resources", "gpu") is not null))
        {
            problems.Add(Problems.Name(app), $"resources.gpu of container '{Snapshot.Text(container, "name")}' must be left out: the profile decides");
        }
    }

    private static void Scale(JsonNode app, bool isWorker, Problems problems)
    {
        problems.Expect(app, "true", "properties", "template", "scale", "allowScalingRuleOverride");
        var (least, most) = (Number(app, "minReplicas"), Number(app, "maxReplicas"));
        if (least < 0 || most is < 1 or > 1000 || least > most)
        {
            problems.Add(Problems.Name(app), $"scale is {least} to {most} replicas, it must be within 0 to 1000");
        }

        var rules = Snapshot.Items(app, "properties", "template", "scale", "rules").ToList();
        var kinds = new List<string>();
        foreach (var rule in rules.Where(rule => Snapshot.Text(rule, "http") is null && Snapshot.Text(rule, "custom", "type") != "cron"))
        {
            var name = Snapshot.Text(rule, "name");
            if (Snapshot.Text(rule, "custom", "type") is not "azure-durabletask-scheduler" and var type)
            {
                problems.Add(Problems.Name(app), $"scale rule '{name}' is of type '{type ?? "missing"}', it must be 'azure-durabletask-scheduler'");
            }

            problems.ExpectSame(
                $"{Problems.Name(app)} scale rule '{name}'", "metadata key", (rule["custom"]?["metadata"] as JsonObject ?? []).Select(pair => pair.Key), ScalerKeys);
            if (Snapshot.Text(rule, "custom", "identity") is not { } identity || (app["identity"]?["userAssignedIdentities"] as JsonObject)?.ContainsKey(identity) != true)
            {
                problems.Add(Problems.Name(app), $"scale rule '{name}' must use the app's own identity");
            }

            kinds.Add(Snapshot.Text(rule, "custom", "metadata", "workItemType") ?? "missing");
        }

        problems.ExpectSame(Problems.Name(app), "scale rule for work items of kind", kinds, isWorker ? ["Activity"] : ["Activity", "Orchestration"]);
    }

    private static int Number(JsonNode app, string key) =>
        int.TryParse(Snapshot.Text(app, "properties", "template", "scale", key), CultureInfo.InvariantCulture, out var number) ? number : -1;
}
