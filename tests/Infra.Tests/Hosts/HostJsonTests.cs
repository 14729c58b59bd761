using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Hosts;

public sealed class HostJsonTests
{
    private static readonly Dictionary<string, (Action<JsonObject> Plant, string Named)> Planted = new(StringComparer.Ordinal)
    {
        ["default too quiet"] = (levels => levels["default"] = "Warning", "AeServerless.Functions."),
        ["app too quiet"] = (levels => levels["AeServerless"] = "Error", "AeServerless.Functions."),
        ["functions too quiet"] = (levels => levels["Function"] = "Warning", "Function.ComputeChunk.User"),
        ["engine too loud"] = (levels => levels["DurableTask.Core"] = "Information", "DurableTask.Core is logged from Information"),
        ["storage too loud"] = (levels => levels.Remove("Azure.Core"), "Azure.Core is logged from Warning"),
        ["web server too loud"] = (levels => levels.Remove("Microsoft.AspNetCore"), "Microsoft.AspNetCore.Hosting.Diagnostics"),
        ["extension too loud"] = (levels => levels.Remove("Host.Triggers.DurableTask"), "Host.Triggers.DurableTask"),
    };

    public static TheoryData<string> Backends => [HostJson.AzureStorage, HostJson.AzureManaged];

    public static TheoryData<string> Mistakes => [.. Planted.Keys];

    [Fact]
    public void Files_DifferInTheDurableBackendAlone()
    {
        var (storage, managed) = (WithoutDurableTask(HostJson.AzureStorage), WithoutDurableTask(HostJson.AzureManaged));

        Assert.True(JsonNode.DeepEquals(storage, managed), $"they must agree but for extensions.durableTask:\n{storage}\n{managed}");
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Log_HasWhatTheAppSaysAndLittleElse(string backend) => Assert.Empty(LogRules.Find(HostJson.Of(backend)));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void PlantedMistake_IsNamed(string mistake)
    {
        var (plant, named) = Planted[mistake];
        Assert.All(Backends, backend =>
        {
            var host = HostJson.Of(backend.Data);
            plant(host.LogLevels);

            Assert.Contains(LogRules.Find(host), problem => problem.Contains(named, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void App_LogsUnderItsOwnNames() => Assert.All(
        AppCode.LogCategories, category => Assert.StartsWith("AeServerless.", category, StringComparison.Ordinal));

    private static JsonObject WithoutDurableTask(string backend)
    {
        var host = HostJson.Of(backend).Root;
        host["extensions"]!.AsObject().Remove("durableTask");
        return host;
    }
}
