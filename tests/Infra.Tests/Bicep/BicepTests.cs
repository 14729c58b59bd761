using System.Text.Json;

namespace AeServerless.Infra.Tests.Bicep;

public sealed class BicepTests
{
    public static TheoryData<string> Templates => ["main.bicep", "uploads.bicep"];

    public static TheoryData<string> ParameterFiles => ["main", "dev", "prod"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Template_LintsInSilence(string template)
    {
        var lint = await BicepTool.RunAsync(Cancelled, "lint", Repository.PathOf($"infra/bicep/{template}"));

        Assert.True(lint.Clean, lint.Errors);
    }

    [Fact]
    public void EveryTemplate_IsReached()
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*.bicep", SearchOption.AllDirectories).ToDictionary(Path.GetFullPath, File.ReadAllText);
        var named = Templates.Select(row => row.Data).ToHashSet(StringComparer.Ordinal);

        Assert.All(sources.Keys, file => Assert.True(
            named.Contains(Path.GetFileName(file)) || sources.Values.Any(text => text.Contains($"{Path.GetFileName(file)}'", StringComparison.Ordinal)),
            $"{file}: no template that is checked uses it"));
    }

    [Theory]
    [MemberData(nameof(ParameterFiles))]
    public async Task Parameters_DeployWhatTheSnapshotSays(string name)
    {
        using var sources = new BicepSources();

        var snapshot = await BicepTool.SnapshotAsync(sources.PathOf($"{name}.bicepparam"), "validate", Cancelled);

        Assert.True(
            snapshot.Clean,
            $"{name}.snapshot.json no longer is what {name}.bicepparam deploys. If it should be so: dotnet build tests/Infra.Tests -t:RenewSnapshots{Environment.NewLine}{snapshot.Output}{snapshot.Errors}");
    }

    [Fact]
    public void EveryLinterRule_IsAnError()
    {
        using var configuration = JsonDocument.Parse(Repository.Read("bicepconfig.json"));
        var rules = configuration.RootElement.GetProperty("analyzers").GetProperty("core").GetProperty("rules").EnumerateObject().ToList();

        Assert.True(rules.Count >= 43, "a rule was taken out of bicepconfig.json");
        Assert.All(rules, rule => Assert.Equal("error", rule.Value.GetProperty("level").GetString()));
    }

    [Fact]
    public void NoTemplate_DisablesARuleOrFetchesAModule() => Assert.All(
        Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*.bicep*", SearchOption.AllDirectories),
        file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("#disable", text, StringComparison.Ordinal);
            Assert.DoesNotContain("'br", text, StringComparison.Ordinal);
            Assert.DoesNotContain("'ts:", text, StringComparison.Ordinal);
        });
}
