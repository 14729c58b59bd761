using System.Text.Json;
using AeServerless.Infra.Tests.Bicep;

namespace AeServerless.Infra.Tests.Deployment;

public sealed class DeploymentCheckTests
{
    [Theory]
    [InlineData("main")]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Sources_HaveNoProblem(string parameters)
    {
        using var sources = new BicepSources();

        Assert.Empty(await DeploymentCheck.FindAsync(sources, parameters, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("main.bicep")]
    [InlineData("uploads.bicep")]
    public async Task Template_BuildsInSilenceAndHoldsNoSecret(string template)
    {
        using var sources = new BicepSources();
        var build = await BicepTool.RunAsync(TestContext.Current.CancellationToken, "build", sources.PathOf(template), "--stdout");
        Assert.True(build.Clean, build.Errors);

        var problems = new Problems();
        using var compiled = JsonDocument.Parse(build.Output);
        SecretRules.Check(template, compiled.RootElement, problems);

        Assert.Empty(problems.Found);
    }
}
