using AeServerless.Formats.Golden;

namespace AeServerless.Formats.Tests.Golden;

public sealed class GoldenFormatsTests
{
    public static TheoryData<string> Cases { get; } =
        [.. new DirectoryInfo(Repository.GoldenFormats).EnumerateDirectories().Select(folder => folder.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_IsReadOrRefusedAsItsLibraryMeansIt(string name)
    {
        var result = await GoldenFormats.CheckCaseAsync(
            Path.Combine(Repository.GoldenFormats, name), TestContext.Current.CancellationToken);
        Assert.Null(result.Problem);
    }

    [Fact]
    public async Task Folder_ReportsCountsAndWorst()
    {
        var report = await GoldenFormats.CheckAsync(Repository.GoldenFormats, TestContext.Current.CancellationToken);
        Assert.Equal(139, report.Results.Count);
        Assert.Equal(139, report.Passed);
        Assert.InRange(report.Worst!.Error, 1e-9, 1e-5);
    }

    [Fact]
    public async Task AcceptedCases_AreNotRefused()
    {
        var report = await GoldenFormats.CheckAsync(Repository.GoldenFormats, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(report.Results, result => result.Accept && result.Message is not null);
    }
}
