using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Settings;

public sealed class HostJsonTests
{
    private static JsonObject Local { get; } = JsonNode.Parse(Repository.Read("host.json"))!.AsObject();

    private static JsonObject Azure { get; } = JsonNode.Parse(Repository.Read("infra/docker/host.azure.json"))!.AsObject();

    [Fact]
    public void AzureHost_DiffersInTheDurableBackendAlone()
    {
        var (local, azure) = (Local.DeepClone().AsObject(), Azure.DeepClone().AsObject());
        WithoutDurableTask(local);
        WithoutDurableTask(azure);

        Assert.True(JsonNode.DeepEquals(local, azure), $"host.json and infra/docker/host.azure.json must agree but for extensions.durableTask:\n{local}\n{azure}");
    }

    [Fact]
    public void AzureHost_RunsOnTheScheduler()
    {
        var durable = Azure["extensions"]!["durableTask"]!.AsObject();
        var provider = durable["storageProvider"]!.AsObject();

        Assert.Equal("azureManaged", (string?)provider["type"]);
        Assert.Equal("DURABLE_TASK_SCHEDULER_CONNECTION_STRING", (string?)provider["connectionStringName"]);
        Assert.True((bool?)provider["workItemFilteringEnabled"], "without it each app takes the other's work and fails it");
        Assert.False((bool?)provider["largePayloadStorageEnabled"], "payloads are references of a few hundred bytes");
        Assert.Equal("%TASKHUB_NAME%", (string?)durable["hubName"]);
        Assert.Equal(1, (int?)durable["maxConcurrentActivityFunctions"]);
        Assert.Null(durable["extendedSessionsEnabled"]);
    }

    [Fact]
    public void LocalHost_NamesNoScheduler() => Assert.NotEqual("azureManaged", (string?)Local["extensions"]?["durableTask"]?["storageProvider"]?["type"]);

    private static void WithoutDurableTask(JsonObject host)
    {
        if (host["extensions"] is JsonObject extensions)
        {
            extensions.Remove("durableTask");
            if (extensions.Count == 0)
            {
                host.Remove("extensions");
            }
        }
    }
}
