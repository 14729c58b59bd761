using AeServerless.Cli.Golden.Places;

namespace AeServerless.Cli.Tests.Golden;

public sealed class GoldenPlacesTests
{
    public static TheoryData<string> Models { get; } = [.. GoldenPlaces.Folders(Root).Select(folder => Path.GetFileName(folder)!)];

    private static string Root => Path.Combine(TestSupport.Repository.Root, "tests", "golden-places");

    [Theory]
    [MemberData(nameof(Models))]
    public async Task EveryTensor_AgreesAtEveryPlace(string model)
    {
        var report = await GoldenPlaces.CheckAsync(Path.Combine(Root, model), TestContext.Current.CancellationToken);
        Assert.True(
            report.Passed == report.Keys.Count, string.Join('\n', report.Failed.Select(key => $"{key.Run} {key.Key}: {key.Problem}")));
        Assert.InRange(report.Keys.Count, 200, int.MaxValue);
        Assert.InRange(report.Worst!.Error, 1e-9, 1e-5);
    }
}
