using System.Text.Json;
using AeServerless.Engine.Golden;

namespace AeServerless.Engine.Tests.Golden;

public sealed class GoldenRunnerTests
{
    [Theory]
    [InlineData("dev-1")]
    [InlineData("dev-2")]
    public async Task EveryKey_AgreesWithTheReference(string folder)
    {
        var root = Path.Combine(Repository.Root, "tests", "golden", folder);
        var report = await GoldenRunner.CheckAsync(root, progress: null, TestContext.Current.CancellationToken);
        Assert.True(report.Passed == report.Keys.Count, string.Join('\n', report.Failed.Select(key => $"{key.Run} {key.Key}: {key.Problem}")));
        Assert.Equal(Directory.GetDirectories(Path.Combine(root, "runs")).Sum(ExpectedKeys), report.Keys.Count);
        Assert.InRange(report.Worst!.Error, 0, 1e-5);
    }

    private static int ExpectedKeys(string run)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "expected.json")));
        return document.RootElement.GetProperty("outputs").EnumerateObject().Count();
    }
}
