using AeServerless.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace AeServerless.Functions.Tests.Settings;

public sealed class FunctionCoverageTests
{
    [Fact]
    public void OneAppForAll_IsFine() => FunctionCoverage.Check(Configuration([]));

    [Fact]
    public void TwoAppsThatShareAllFunctions_AreFine()
    {
        var control = FunctionCoverage.All.Except(["ComputeChunk"]).ToList();

        FunctionCoverage.Check(Configuration(["ComputeChunk"], "ComputeChunk"));
        FunctionCoverage.Check(Configuration(control, string.Join(", ", control)));
    }

    [Fact]
    public void DisabledTrigger_IsTheUsersChoice() => FunctionCoverage.Check(Configuration(["RecomputeNightly"]));

    [Theory]
    [InlineData("MergeGroup", "", "would wait for ever")]
    [InlineData("", "MergeGroup", "AzureWebJobs.MergeGroup.Disabled must be \"true\"")]
    [InlineData("ComputeChunk", "ComputeChunk,ComputeChunks", "\"ComputeChunks\", which is no function")]
    public void FunctionServedByNoneOrTwo_IsNamed(string disabled, string elsewhere, string named)
    {
        var error = Assert.Throws<InvalidSettingsException>(
            () => FunctionCoverage.Check(Configuration(disabled.Split(',', StringSplitOptions.RemoveEmptyEntries), elsewhere)));

        Assert.Contains(error.Problems, problem => problem.Contains(named, StringComparison.Ordinal));
    }

    private static IConfiguration Configuration(IEnumerable<string> disabled, string? elsewhere = null) => new ConfigurationBuilder()
        .AddInMemoryCollection(disabled.Select(name => KeyValuePair.Create($"AzureWebJobs.{name}.Disabled", (string?)"true")))
        .AddInMemoryCollection([KeyValuePair.Create(FunctionCoverage.Setting, elsewhere)])
        .Build();
}
