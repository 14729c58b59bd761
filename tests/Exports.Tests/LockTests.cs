using AeServerless.Engine;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Sessions;
using AeServerless.TestSupport;

namespace AeServerless.Exports.Tests;

public sealed class LockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task SecondExportIntoAFolder_IsRefused_WhileTheFirstIsWritten()
    {
        var run = await new SyntheticRun(_folder.File("run"), 4, 16, 64, 4).WriteAsync(TestContext.Current.CancellationToken);
        await using (await new ExportFolder(_folder.File("out")).LockAsync(TestContext.Current.CancellationToken))
        {
            var error = await Assert.ThrowsAsync<InvalidInputException>(
                () => Exports.ToAsync(_folder.File("out"), "csr", run, cancellationToken: TestContext.Current.CancellationToken));

            Assert.Contains(_folder.File("out"), error.Message, StringComparison.Ordinal);
            Assert.Contains("is being written by another export", error.Message, StringComparison.Ordinal);
        }

        var report = await Exports.ToAsync(_folder.File("out"), "csr", run, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(report.Files);
    }

    [Fact(Timeout = 60_000)]
    public async Task ManyExportsAtOnce_LeaveOneThatIsWhole()
    {
        var run = await new SyntheticRun(_folder.File("run"), 8, 64, 256, 8).WriteAsync(TestContext.Current.CancellationToken);
        var attempts = Enumerable.Range(0, 8).Select(i => Task.Run(
            async () =>
            {
                // Two that would not have the same bytes.
                var options = new ExportOptions { Delphi = new DelphiOptions { Splits = 5 + (i % 2) } };
                try
                {
                    await Exports.ToAsync(_folder.File("out"), "delphi", run, options, TestContext.Current.CancellationToken);
                    return true;
                }
                catch (InvalidInputException)
                {
                    return false;
                }
            },
            TestContext.Current.CancellationToken)).ToList();

        Assert.Contains(true, await Task.WhenAll(attempts));
        var (report, differences) = await ExportVerifier.VerifyAsync(
            new ExportFolder(_folder.File("out")), "out", TestContext.Current.CancellationToken);
        Assert.Empty(differences);
        Assert.InRange(report.Files.Count(file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal)), 5, 6);
    }

    [Fact(Timeout = 60_000)]
    public async Task LostRight_EndsTheExport_WhichIsNotWhole()
    {
        var run = await new SyntheticRun(_folder.File("run"), 4, 16, 64, 4).WriteAsync(TestContext.Current.CancellationToken);
        using var lost = new CancellationTokenSource();
        await lost.CancelAsync();

        await Assert.ThrowsAsync<IOException>(() => Exporter.RunAsync(
            AeServerless.Exports.Formats.ExportFormats.Find("csr"),
            run,
            new ExportOptions(),
            new LosingFolder(_folder.File("out"), lost.Token),
            progress: null,
            TestContext.Current.CancellationToken));

        Assert.False(File.Exists(_folder.File("out", "_export", "complete.json")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Verification_NamesFilesThatAreDamagedMissingOrOfSomethingElse()
    {
        var run = await new SyntheticRun(_folder.File("run"), 4, 16, 64, 4).WriteAsync(TestContext.Current.CancellationToken);
        var report = await Exports.ToAsync(_folder.File("out"), "delphi", run, cancellationToken: TestContext.Current.CancellationToken);
        var (shorter, changed, gone) = (report.Files[0].Name, report.Files[1].Name, report.Files[2].Name);
        await File.WriteAllTextAsync(_folder.File("out", shorter), "short", TestContext.Current.CancellationToken);
        var content = await File.ReadAllBytesAsync(_folder.File("out", changed), TestContext.Current.CancellationToken);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(_folder.File("out", changed), content, TestContext.Current.CancellationToken);
        File.Delete(_folder.File("out", gone));
        await File.WriteAllTextAsync(_folder.File("out", "mine.txt"), "mine", TestContext.Current.CancellationToken);

        var (_, differences) = await ExportVerifier.VerifyAsync(
            new ExportFolder(_folder.File("out")), "out", TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new ExportDifference(shorter, $"is 5 bytes, but _export/complete.json says {report.Files[0].Length}"),
                new ExportDifference(changed, "does not have the hash in _export/complete.json"),
                new ExportDifference(gone, "is gone"),
                new ExportDifference("mine.txt", "is not of the export"),
            ],
            differences);
        await Assert.ThrowsAsync<InvalidInputException>(
            () => ExportVerifier.VerifyAsync(new ExportFolder(_folder.File("run")), "run", TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private sealed class LosingFolder(string path, CancellationToken lost) : IExportDestination
    {
        private readonly ExportFolder _folder = new(path);

        public async ValueTask<IExportLock> LockAsync(CancellationToken cancellationToken) =>
            new Losing(await _folder.LockAsync(cancellationToken), lost);

        public ValueTask<IExportFile> CreateAsync(string name, CancellationToken cancellationToken) =>
            _folder.CreateAsync(name, cancellationToken);

        public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => _folder.OpenAsync(name, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken) =>
            _folder.ListAsync(prefix, cancellationToken);

        public ValueTask DeleteAsync(string name, CancellationToken cancellationToken) => _folder.DeleteAsync(name, cancellationToken);
    }

    private sealed class Losing(IExportLock held, CancellationToken lost) : IExportLock
    {
        public CancellationToken Lost => lost;

        public ValueTask DisposeAsync() => held.DisposeAsync();
    }
}
