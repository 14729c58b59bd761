namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Deployments against the app's code and its host.json.</summary>
public sealed class DeploymentTests
{
    public static TheoryData<string> Deployments => ["main", "dev", "prod"];

    public static TheoryData<string> Mistakes => [.. PlantedMistakes.All.Keys];

    [Theory]
    [MemberData(nameof(Deployments))]
    public void Deployment_AgreesWithTheAppAndItsHost(string name) => Assert.Empty(Find(Snapshot.Load(name)));

    [Theory]
    [InlineData("dev", HostJson.AzureStorage)]
    [InlineData("prod", HostJson.AzureManaged)]
    public void Deployment_HasItsDefaultBackend(string name, string backend) => Assert.Equal(backend, Snapshot.Load(name).Backend);

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
    public void PlantedMistake_IsNamed(string name)
    {
        var mistake = PlantedMistakes.All[name];
        var snapshot = Snapshot.Load(mistake.Deployment);
        mistake.Plant(snapshot);

        Assert.Contains(Find(snapshot), problem => problem.Contains(mistake.Named, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Find(Snapshot snapshot)
    {
        var host = HostJson.Of(snapshot.Backend);
        return [.. HostRules.Find(snapshot, host), .. FunctionRules.Find(snapshot), .. ScaleRules.Find(snapshot, host)];
    }
}
