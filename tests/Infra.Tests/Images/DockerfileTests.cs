using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Images;

public sealed partial class DockerfileTests
{
    private static Dockerfile File { get; } = new(Repository.Read("infra/docker/Dockerfile"));

    [Fact]
    public void Base_IsTheIsolatedHostOfTheFrameworkThatTheCodeTargets()
    {
        var framework = TargetFramework().Match(Repository.Read("Directory.Build.props")).Groups[1].Value;

        Assert.Contains($"HOST_IMAGE=mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated{framework}", File.Of("ARG"));
        Assert.Contains(
            File.Of("ARG"),
            argument => argument.StartsWith($"SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:{framework}", StringComparison.Ordinal));
    }

    [Fact]
    public void App_IsBuiltForTheDeviceAndTheBackendThatAreAskedFor()
    {
        var publish = Assert.Single(File.Of("RUN"), run => run.Contains("dotnet publish", StringComparison.Ordinal));

        Assert.Contains("-p:TorchDevice=${TORCH_DEVICE}", publish, StringComparison.Ordinal);
        Assert.Contains("-p:DurableBackend=${DURABLE_BACKEND}", publish, StringComparison.Ordinal);
        Assert.Contains($"DURABLE_BACKEND={HostJson.AzureManaged}", File.Of("ARG"));
        Assert.DoesNotContain(File.Of("COPY"), copy => copy.Contains("host.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Page_IsBuiltInAStageOfItsOwnAndTakenAsItIs()
    {
        var instructions = File.Instructions.Select(each => $"{each.Name} {each.Arguments}").ToList();
        var sources = instructions.IndexOf("COPY . .");

        Assert.InRange(instructions.IndexOf("RUN rm -r web"), sources + 1, instructions.IndexOf("COPY --from=page /web/dist web/dist") - 1);
        Assert.InRange(
            instructions.IndexOf("COPY --from=page /web/dist web/dist"),
            sources + 1,
            instructions.FindIndex(line => line.Contains("dotnet publish", StringComparison.Ordinal)) - 1);
        Assert.Contains(instructions, line => line.Contains("npm ci", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_ChecksThatNativeLibrariesLoad() => Assert.Contains(
        File.FinalStage,
        each => each.Name == "RUN" && each.Arguments.StartsWith("native-check.sh /home/site/wwwroot", StringComparison.Ordinal));

    [Fact]
    public void CopiedFile_IsInTheRepositoryAndInTheContext()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n');
        var sources = File.Of("COPY").Where(copy => !copy.Contains("--from", StringComparison.Ordinal) && copy != ". .")
            .SelectMany(copy => copy.Split(' ').Where(word => !word.StartsWith("--", StringComparison.Ordinal)).SkipLast(1));

        Assert.All(sources, source => Assert.True(Path.Exists(Repository.PathOf(source)), source));
        Assert.All(sources, source => Assert.Contains(
            ignored, line => line == $"!{source}" || (line.Length > 1 && line == $"!{Path.GetDirectoryName(source)}")));
    }

    [Fact]
    public void Context_HasWhatTheBuildReadsAndNoSettingsOfThisMachine()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n');

        Assert.Contains("*", ignored);
        Assert.All(
            ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "build", "src", "web"],
            name => Assert.Contains($"!{name}", ignored));
        Assert.All(["web/node_modules", "web/dist"], name => Assert.Contains(name, ignored));
        Assert.DoesNotContain("!.ae", ignored);
        Assert.DoesNotContain("!.git", ignored);
    }

    [Fact]
    public void Port_IsTheOneThatTheDeploymentCalls()
    {
        var port = Port().Match(Repository.Read("infra/bicep/modules/functionApp.bicep")).Groups[1].Value;

        Assert.Contains(port, File.Of("EXPOSE"));
        Assert.Contains(File.Of("ENV"), value => value.Contains($"ASPNETCORE_URLS=http://+:{port}", StringComparison.Ordinal));
        Assert.Contains($"/dev/tcp/127.0.0.1/{port}", Repository.Read("infra/docker/alive.sh"), StringComparison.Ordinal);
    }

    [Fact]
    public void HealthCheck_AsksTheApp() =>
        Assert.Contains($"GET {AppCode.HealthPath} ", Repository.Read("infra/docker/alive.sh"), StringComparison.Ordinal);

    [GeneratedRegex(@"<TargetFramework>net([\d.]+)</TargetFramework>")]
    private static partial Regex TargetFramework();

    [GeneratedRegex(@"var port = (\d+)")]
    private static partial Regex Port();
}
