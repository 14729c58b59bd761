namespace AeServerless.Infra.Tests.Hosts;

/// <summary>The backend that a host.json names is in the build that copies it: where it is not, the host ends at its start.</summary>
public sealed class BackendTests
{
    private const string ProjectFile = "AeServerless.Functions.csproj";
    private const string Reference =
        "<PackageReference Include=\"Microsoft.Azure.Functions.Worker.Extensions.DurableTask.AzureManaged\" />";
    private const string Copy = "<None Update=\"host.json\" CopyToOutputDirectory=\"PreserveNewest\" />";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("AzureStorage")]
    [InlineData("AzureStorage", "-p:DurableBackend=AzureStorage")]
    [InlineData("AzureStorage", "-p:DurableBackend=azureStorage")]
    [InlineData("azureManaged", "-p:DurableBackend=azureManaged")]
    public async Task Build_ReferencesTheBackendThatItsHostJsonNames(string backend, params string[] properties)
    {
        using var project = new FunctionsProject();

        var build = await project.EvaluateAsync(Cancelled, properties);

        Assert.Empty(build.Problems());
        Assert.Equal(backend, build.Hosts[0].Backend);
    }

    [Theory]
    [InlineData(ProjectFile, Reference, "", "AzureManaged' is missing")]
    [InlineData(ProjectFile, "<None Remove=\"host.json\" />", Copy, "2 files")]
    [InlineData(ProjectFile, "TargetPath=\"host.json\"", "", "0 files")]
    [InlineData("host.azureManaged.json", "\"azureManaged\"", "\"AzureStorage\"", "AzureManaged' is not known")]
    [InlineData("host.azureManaged.json", "\"azureManaged\"", "\"mssql\"", "'mssql', which is none of")]
    public async Task PlantedMistake_IsNamed(string file, string text, string mistake, string named)
    {
        using var project = new FunctionsProject().Replace(file, text, mistake);

        var build = await project.EvaluateAsync(Cancelled, "-p:DurableBackend=azureManaged");

        Assert.Contains(build.Problems(), problem => problem.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task BackendThatNamesNone_IsAnErrorOfTheBuild()
    {
        var project = Repository.PathOf($"src/Functions/{ProjectFile}");
        string[] arguments = ["msbuild", project, "-t:CheckDurableBackend", "-p:DurableBackend=scheduler", "-nologo"];

        var build = await Tool.RunAsync("dotnet", arguments, environment: null, Cancelled);

        Assert.Equal(1, build.ExitCode);
        Assert.Contains("it must be AzureStorage or azureManaged", build.Output, StringComparison.Ordinal);
    }
}
