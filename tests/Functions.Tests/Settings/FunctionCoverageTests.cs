using AeServerless.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace AeServerless.Functions.Tests.Settings;

public sealed class FunctionCoverageTests
{
    [Fact]
    public void OneAppForAll_IsFine() => Assert.Empty(Problems([]));

    [Fact]
    public void TwoAppsThatShareAllFunctions_AreFine()
    {
        var control = FunctionCoverage.All.Except(["ComputeChunk"]).ToList();

        Assert.Empty(Problems(["ComputeChunk"], "ComputeChunk"));
        Assert.Empty(Problems(control, string.Join(", ", control)));
    }

    [Fact]
    public void DisabledTrigger_IsTheUsersChoice() => Assert.Empty(Problems(["RecomputeNightly"]));

    [Theory]
    [InlineData("MergeGroup", "", "would wait for ever")]
    [InlineData("", "MergeGroup", "AzureWebJobs.MergeGroup.Disabled must be \"true\"")]
    [InlineData("ComputeChunk", "ComputeChunk,ComputeChunks", "\"ComputeChunks\", which is no function")]
    public void FunctionServedByNoneOrTwo_IsNamed(string disabled, string elsewhere, string named) => Assert.Contains(
        Problems(disabled.Split(',', StringSplitOptions.RemoveEmptyEntries), elsewhere),
        problem => problem.Contains(named, StringComparison.Ordinal));

    private static IEnumerable<string> Problems(IEnumerable<string> disabled, string? elsewhere = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(disabled.Select(name => KeyValuePair.Create($"AzureWebJobs.{name}.Disabled", (string?)"true")))
            .AddInMemoryCollection([KeyValuePair.Create(FunctionCoverage.Setting, elsewhere)])
            .Build();
        return new FunctionCoverage(configuration).Validate(name: null, new AppSettings()).Failures ?? [];
    }
}
