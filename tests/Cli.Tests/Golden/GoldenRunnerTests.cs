using System.Text.Json;
using AeServerless.Cli.Golden;
using AeServerless.Engine;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Golden;

public sealed class GoldenRunnerTests
{
    [Theory]
    [InlineData("dev-1")]
    [InlineData("dev-2")]
    public async Task EveryKey_AgreesWithTheReference(string folder)
    {
        var root = Path.Combine(Repository.Root, "tests", "golden", folder);
        var report = await GoldenRunner.CheckAsync(root, progress: null, TestContext.Current.CancellationToken);
        Assert.True(
            report.Passed == report.Keys.Count, string.Join('\n', report.Failed.Select(key => $"{key.Run} {key.Key}: {key.Problem}")));
        Assert.Equal(Directory.GetDirectories(Path.Combine(root, "runs")).Sum(ExpectedKeys), report.Keys.Count);
        Assert.InRange(report.Worst!.Error, 0, 1e-5);
    }

    [Fact]
    public async Task KeysThatDiffer_OrCannotBeEvaluated_FailAndAreSaid()
    {
        using var folder = new TemporaryFolder();
        var run = CopyRun(folder.Path, "attn-topk-t17");
        var json = File.ReadAllText(Path.Combine(run, "expected.json"));
        File.WriteAllText(
            Path.Combine(run, "expected.json"),
            json.Replace("\"dst\":\"online_autoencoder_latent\"", "\"dst\":\"online_autoencoder_latents\"", StringComparison.Ordinal)
                .Replace("\"dst\":\"autoencoder_write_norm\"", "\"dst\":\"autoencoder_latent\"", StringComparison.Ordinal));
        var report = await GoldenRunner.CheckAsync(folder.Path, progress: null, TestContext.Current.CancellationToken);
        Assert.Equal(ExpectedKeys(run), report.Keys.Count);
        Assert.Contains(report.Failed, key => key.Problem!.Contains("'online_autoencoder_latents'", StringComparison.Ordinal));
        Assert.Contains(
            report.Failed, key => key.Key.StartsWith("autoencoder_write_norm", StringComparison.Ordinal)
                && key.Problem!.Contains("expected is", StringComparison.Ordinal));
        Assert.InRange(report.Passed, 1, report.Keys.Count - 4);
    }

    [Theory]
    [InlineData("nowhere", "no such folder")]
    [InlineData("empty", "no folder runs/")]
    [InlineData("hollow", "no run in it")]
    [InlineData("unexpecting", "no expected.json")]
    public async Task FolderThatIsNotGoldenData_SaysWhatIsMissing(string name, string message)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "hollow", "runs"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "unexpecting", "runs", "run"));
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => GoldenRunner.CheckAsync(Path.Combine(folder.Path, name), progress: null, TestContext.Current.CancellationToken));
        Assert.Contains(message, error.Message);
    }

    private static string CopyRun(string to, string run)
    {
        var root = Path.Combine(Repository.Root, "tests", "golden", "dev-1");
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(root, file);
            if (!relative.StartsWith("runs", StringComparison.Ordinal) || relative.Contains(run, StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, relative))!);
                File.Copy(file, Path.Combine(to, relative));
            }
        }

        return Path.Combine(to, "runs", run);
    }

    private static int ExpectedKeys(string run)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run, "expected.json")));
        return document.RootElement.GetProperty("outputs").EnumerateObject().Count();
    }
}
