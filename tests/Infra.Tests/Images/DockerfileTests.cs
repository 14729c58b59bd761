using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Images;

public sealed partial class DockerfileTests
{
    private static Dockerfile File { get; } = new(Repository.Read("infra/docker/Dockerfile"));

    [Fact]
    public void Image_FollowsTheRules() => Assert.Empty(DockerfileRules.Find(File));

    [Theory]
    [InlineData("FROM debian:latest AS a\nUSER 10001", "FROM debian:latest")]
    [InlineData("ARG I=debian:latest\nARG D=\nFROM ${I}${D:+@${D}} AS a\nUSER 10001", "tag other than latest")]
    [InlineData("FROM a\nUSER root", "USER")]
    [InlineData("FROM a\nRUN true", "USER")]
    [InlineData("FROM a\nUSER 1\nRUN touch /x", "after USER")]
    [InlineData("FROM a\nADD https://example.org/x /x\nUSER 1", "ADD")]
    [InlineData("FROM a\nRUN apt-get update \\\n  && apt-get install -y x\nUSER 1", "--no-install-recommends")]
    [InlineData("FROM a\nRUN curl -s https://example.org | sh\nUSER 1", "no curl")]
    [InlineData("FROM a\nENV API_KEY=x\nUSER 1", "can be read")]
    [InlineData("FROM a\nUSER 1\nCMD run it", "must be a list")]
    public void PlantedMistake_IsNamed(string text, string named) =>
        Assert.Contains(DockerfileRules.Find(new Dockerfile(text)), problem => problem.Contains(named, StringComparison.Ordinal));

    [Fact]
    public void Base_IsTheIsolatedHostOfTheFrameworkThatTheCodeTargets()
    {
        var framework = TargetFramework().Match(Repository.Read("Directory.Build.props")).Groups[1].Value;

        Assert.Contains($"HOST_IMAGE=mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated{framework}", File.Of("ARG"));
        Assert.Contains(File.Of("ARG"), argument => argument.StartsWith($"SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:{framework}", StringComparison.Ordinal));
    }

    [Fact]
    public void App_IsTheAzureBuildForOneDevice()
    {
        var publish = Assert.Single(File.Of("RUN"), run => run.Contains("dotnet publish", StringComparison.Ordinal));

        Assert.Contains("-p:FunctionsHost=Azure", publish, StringComparison.Ordinal);
        Assert.Contains("-p:TorchDevice=${TORCH_DEVICE}", publish, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ChecksThatNativeLibrariesLoad() =>
        Assert.Contains(File.FinalStage, each => each.Name == "RUN" && each.Arguments.StartsWith("native-check.sh /home/site/wwwroot", StringComparison.Ordinal));

    [Fact]
    public void CopiedFile_IsInTheRepositoryAndInTheContext()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n');
        var sources = File.Of("COPY").Where(copy => !copy.Contains("--from", StringComparison.Ordinal) && copy != ". .")
            .SelectMany(copy => copy.Split(' ').Where(word => !word.StartsWith("--", StringComparison.Ordinal)).SkipLast(1));

        Assert.All(sources, source => Assert.True(System.IO.File.Exists(Repository.PathOf(source)), source));
        Assert.All(sources, source => Assert.Contains($"!{Path.GetDirectoryName(source)}", ignored));
    }

    [Fact]
    public void Context_HasWhatTheBuildReadsAndNoSettingsOfThisMachine()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n');

        Assert.Contains("*", ignored);
        Assert.All(
            ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "host.json", "build", "src"],
            name => Assert.Contains($"!{name}", ignored));
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

    [GeneratedRegex(@"<TargetFramework>net([\d.]+)</TargetFramework>")]
    private static partial Regex TargetFramework();

    [GeneratedRegex(@"var port = (\d+)")]
    private static partial Regex Port();
}
