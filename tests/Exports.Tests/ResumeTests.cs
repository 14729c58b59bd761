using AeServerless.Exports.Formats;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;
using AeServerless.TestSupport;

namespace AeServerless.Exports.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Formats => [.. ExportFormats.All.Select(format => format.Name)];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Formats))]
    public async Task CutExport_IsNotWhole_AndGoesOnToTheSameBytes(string format)
    {
        var run = await RunAsync();
        var whole = await Exports.ToAsync(
            _folder.File("whole"), format, run, Options, cancellationToken: TestContext.Current.CancellationToken);
        var expected = Exports.Read(_folder.File("whole"));

        // Every place at which it can be cut.
        for (var commits = 0; commits < whole.Files.Count; commits++)
        {
            var cut = _folder.File($"cut-{commits}");
            await Assert.ThrowsAsync<IOException>(() => Exporter.RunAsync(
                ExportFormats.Find(format),
                run,
                Options,
                new FailingFolder(cut, commits),
                progress: null,
                TestContext.Current.CancellationToken));
            Assert.False(File.Exists(Path.Combine(cut, "_export", "complete.json")));

            var report = await Exports.ToAsync(cut, format, run, Options, cancellationToken: TestContext.Current.CancellationToken);

            Assert.True(File.Exists(Path.Combine(cut, "_export", "complete.json")));
            Assert.Equal(whole.Files, report.Files);
            Assert.Equal(whole.Losses.Order(), report.Losses.Order());
            Assert.Equal(expected, Exports.Read(cut));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task FinishedExport_IsLeftAsItIs()
    {
        var run = await RunAsync();
        var first = await Exports.ToAsync(
            _folder.File("out"), "delphi", run, Options, cancellationToken: TestContext.Current.CancellationToken);

        var again = await Exports.ToAsync(
            _folder.File("out"), "delphi", run, Options, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(first.Files, again.Files);
        Assert.Equal(first.Files.Count, again.FilesKept);
    }

    [Fact(Timeout = 60_000)]
    public async Task DamagedFile_IsWrittenAgain()
    {
        var run = await RunAsync();
        var first = await Exports.ToAsync(
            _folder.File("out"), "delphi", run, Options, cancellationToken: TestContext.Current.CancellationToken);
        var expected = Exports.Read(_folder.File("out"));
        await File.WriteAllTextAsync(_folder.File("out", first.Files[0].Name), "damaged", TestContext.Current.CancellationToken);

        var again = await Exports.ToAsync(
            _folder.File("out"), "delphi", run, Options, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(expected, Exports.Read(_folder.File("out")));
        Assert.True(again.FilesKept > 0 && again.FilesKept < first.Files.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task OtherOptions_LeaveNoFileOfThoseBefore()
    {
        var run = await RunAsync();
        await Exports.ToAsync(_folder.File("out"), "delphi", run, Options, cancellationToken: TestContext.Current.CancellationToken);

        await Exports.ToAsync(
            _folder.File("out"),
            "delphi",
            run,
            Options with { Delphi = new DelphiOptions { Splits = 3 } },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            ["0_20.safetensors", "21_41.safetensors", "42_63.safetensors", "config.json"],
            Directory.EnumerateFiles(
                _folder.File("out", "latents", "layers.2.mlp_latent")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static ExportOptions Options => new()
    {
        TopExamples = 2,
        Scalars = ["mlp_latent"],
        Delphi = new DelphiOptions { Splits = 4 },
        Dashboard = new DashboardOptions { FeaturesPerBatch = 24, BandExamples = 1 },
        Records = new RecordOptions { RandomExamples = 1, Packed = true },
    };

    private async Task<ExportRun> RunAsync()
    {
        await StatisticsFile.WriteAsync(_folder.File("run"), latents: 64, examples: 2, tokens: 50);
        return await new SyntheticRun(_folder.File("run"), 4, 16, 64, 4).WriteAsync(TestContext.Current.CancellationToken);
    }
}
