using System.Text.Json.Nodes;
using AeServerless.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace AeServerless.Infra.Tests.Settings;

public sealed class LocalSettingsTests
{
    private static readonly string[] OfTheHost = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage"];

    private static Dictionary<string, string?> Values { get; } = JsonNode.Parse(Repository.Read("local.settings.json"))!["Values"]!.AsObject()
        .ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);

    [Fact]
    public void LocalSettings_AreThoseThatTheCodeReads() =>
        Assert.Equal(AppCode.Settings.Concat(OfTheHost).Order(StringComparer.Ordinal), Values.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void LocalSettings_AreTheDefaults()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Values).Build();
        var required = new ConfigurationBuilder()
            .AddInMemoryCollection(Values.Where(pair => pair.Key is "AzureWebJobsStorage" or "NightlySchedule"))
            .Build();

        Assert.Equal(SettingsReader.Read(required), SettingsReader.Read(configuration));
        FunctionCoverage.Check(configuration);
    }

    [Fact]
    public void SettingsOfEachApp_StartIt()
    {
        var snapshot = new Deployment.Snapshot(JsonNode.Parse(Repository.Read("infra/bicep/prod.snapshot.json"))!);

        Assert.All(snapshot.OfType(Deployment.AppRules.Type), app =>
        {
            // What only Azure knows stands in the snapshot as an expression.
            var values = Deployment.SettingRules.SettingsOf(app)
                .ToDictionary(pair => pair.Key, pair => (string?)(pair.Value.StartsWith('[') ? "https://example.org" : pair.Value), StringComparer.Ordinal);

            Assert.Equal(AppCode.Settings, AppCode.ReadBy(values));
        });
    }
}
