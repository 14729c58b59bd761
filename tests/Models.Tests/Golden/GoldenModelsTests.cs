using AeServerless.Models.Golden;

namespace AeServerless.Models.Tests.Golden;

public sealed class GoldenModelsTests
{
    public static TheoryData<string, string?> Folders()
    {
        var data = new TheoryData<string, string?>();
        foreach (var folder in Directory.GetDirectories(GoldenData.Models).Order(StringComparer.Ordinal))
        {
            foreach (var replacement in GoldenModels.Variants(folder))
            {
                data.Add(Path.GetFileName(folder), replacement);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Model_GivesEveryRecordedActivationAndGradient(string folder, string? replacement)
    {
        var check = await GoldenModels.CheckFolderAsync(GoldenData.Model(folder), replacement, TestContext.Current.CancellationToken);
        Assert.SkipWhen(check.Skipped is not null, check.Skipped ?? "");
        Assert.Empty(check.Failures);
        Assert.True(check.Checked > 0);
        TestContext.Current.TestOutputHelper?.WriteLine(check.ToString());
    }
}
