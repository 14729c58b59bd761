namespace AeServerless.Infra.Tests.Bicep;

public sealed class BicepTests
{
    public static TheoryData<string> Templates => ["main", "uploads"];

    public static TheoryData<string> ParameterFiles => ["main", "dev", "prod"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Template_BuildsAndLintsInSilence(string name)
    {
        var template = Repository.PathOf($"infra/bicep/{name}.bicep");
        var build = await BicepTool.RunAsync(Cancelled, "build", template, "--stdout");
        var lint = await BicepTool.RunAsync(Cancelled, "lint", template);

        Assert.True(build.Silent, build.Errors);
        Assert.True(lint.Silent, lint.Errors);
    }

    [Fact]
    public async Task UnusedParameter_IsAnErrorOfTheLinter()
    {
        using var sources = new BicepSources().Replace(
            "infra/bicep/uploads.bicep", "param topicName string", "param unused string\nparam topicName string");

        var lint = await BicepTool.RunAsync(Cancelled, "lint", sources.PathOf("infra/bicep/uploads.bicep"));

        Assert.Equal(1, lint.ExitCode);
        Assert.Contains("Error no-unused-params", lint.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTemplate_IsReached()
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*.bicep", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);
        var named = Templates.Select(row => $"{row.Data}.bicep").ToHashSet(StringComparer.Ordinal);

        Assert.All(sources.Keys, file => Assert.True(
            named.Contains(file) || sources.Values.Any(text => text.Contains($"{file}'", StringComparison.Ordinal)),
            $"{file}: no template that is checked uses it"));
    }

    [Fact]
    public void NoTemplate_SilencesTheLinter() => Assert.All(
        Directory.EnumerateFiles(Repository.PathOf("infra/bicep"), "*.bicep*", SearchOption.AllDirectories),
        file => Assert.DoesNotContain("#disable", File.ReadAllText(file), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(ParameterFiles))]
    public async Task Parameters_DeployWhatTheSnapshotSays(string name)
    {
        using var sources = new BicepSources();

        var snapshot = await BicepTool.SnapshotAsync(sources.PathOf($"infra/bicep/{name}.bicepparam"), Cancelled);

        Assert.True(
            snapshot.Silent,
            $"""
            {name}.snapshot.json no longer is what {name}.bicepparam deploys.
            If it should be so: dotnet build tests/Infra.Tests -t:RenewSnapshots
            {snapshot.Output}{snapshot.Errors}
            """);
    }

    [Fact]
    public async Task HubOfAnotherNameAndMorePartitions_ChangesTheScaleRules()
    {
        using var sources = new BicepSources()
            .Replace("src/Functions/host.json", "\"AeServerless\"", "\"OtherHub\"")
            .Replace("src/Functions/host.json", "\"partitionCount\": 2", "\"partitionCount\": 3");

        var snapshot = await BicepTool.SnapshotAsync(sources.PathOf("infra/bicep/dev.bicepparam"), Cancelled);

        Assert.NotEqual(0, snapshot.ExitCode);
        Assert.Contains("otherhub-workitems", snapshot.Output + snapshot.Errors, StringComparison.Ordinal);
        Assert.Contains("otherhub-control-02", snapshot.Output + snapshot.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstDeployment_ProbesWhatStandsInForTheImage()
    {
        using var sources = new BicepSources().Replace(
            "infra/bicep/dev.bicepparam", "readEnvironmentVariable('SERVICE_WORKER_IMAGE_NAME', '')", "''");

        var snapshot = await BicepTool.SnapshotAsync(sources.PathOf("infra/bicep/dev.bicepparam"), Cancelled);

        // The stand-in has no /api/health: a probe of it would fail the deployment that everything else waits for.
        Assert.Contains("mcr.microsoft.com/azure-functions/dotnet-isolated:", snapshot.Output + snapshot.Errors, StringComparison.Ordinal);
        Assert.Contains("\"/\"", snapshot.Output + snapshot.Errors, StringComparison.Ordinal);
    }
}
