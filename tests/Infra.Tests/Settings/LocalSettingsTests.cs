using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace AeServerless.Infra.Tests.Settings;

public sealed class LocalSettingsTests
{
    private static readonly string[] OfTheHost = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"];

    private static Dictionary<string, string?> Values { get; } = JsonNode
        .Parse(Repository.Read("src/Functions/local.settings.json"))!["Values"]!
        .AsObject()
        .ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);

    // Nothing tells a machine of uploads: it scans for them.
    private static IEnumerable<string> OfEvents =>
        AppCode.Functions.Where(AppCode.IsEventGrid).Select(function => $"AzureWebJobs.{function}.Disabled");

    [Fact]
    public void LocalSettings_AreThoseThatTheCodeReads() => Assert.Equal(
        AppCode.Settings.Concat(OfTheHost).Concat(OfEvents).Order(StringComparer.Ordinal), Values.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void LocalSettings_AreTheDefaults()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Values).Build();
        var required = new ConfigurationBuilder()
            .AddInMemoryCollection(Values.Where(pair => pair.Key is "AzureWebJobsStorage" or "NightlySchedule"))
            .Build();

        Assert.Equivalent(AppCode.ReadSettings(required), AppCode.ReadSettings(configuration), strict: true);
    }

    [Fact]
    public void Uploads_AreScannedFor() => Assert.All(OfEvents, setting => Assert.Equal("true", Values[setting]));
}
