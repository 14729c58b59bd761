using System.Diagnostics;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Formats;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Tests;

/// <summary>
/// Ten million values over 32,768 latents. Asked for by name (<c>-explicit only -class …LargeExportTests</c>), a format a process: it measures.
/// </summary>
public sealed class LargeExportTests(ITestOutputHelper output)
{
    private const double BytesPerSecond = 20e6;
    private const long MostMemory = 1L << 30;

    [Theory(Explicit = true)]
    [InlineData("parquet")]
    [InlineData("delphi")]
    [InlineData("neuronpedia")]
    [InlineData("saedashboard")]
    [InlineData("neuron-record")]
    [InlineData("sparsity")]
    [InlineData("csr")]
    [InlineData("circuit-tracer")]
    public async Task TenMillionValues_StayUnderAGigabyte(string format)
    {
        using var folder = new TemporaryFolder();
        var cancellationToken = TestContext.Current.CancellationToken;
        var run = await new SyntheticRun(folder.File("run"), 1024, 128, 32_768, 76).WriteAsync(cancellationToken);
        var watch = Stopwatch.StartNew();

        var report = await Exporter.RunAsync(
            ExportFormats.Find(format), run, new ExportOptions(), new ExportFolder(folder.File("out")), progress: null, cancellationToken);

        using var process = Process.GetCurrentProcess();
        var line = $"{format}: {report.Bytes / 1e6:F1} MB in {watch.Elapsed.TotalSeconds:F2} s, {report.Bytes / 1e6 / watch.Elapsed.TotalSeconds:F1} MB/s, "
            + $"{report.Files.Count} files, peak {process.PeakWorkingSet64 >> 20} MB";
        output.WriteLine(line);
        Assert.True(process.PeakWorkingSet64 < MostMemory, line);
        // What is read once is the least that an export takes, however little comes out.
        Assert.True(report.Bytes / watch.Elapsed.TotalSeconds > BytesPerSecond || watch.Elapsed.TotalSeconds < 10, line);
    }
}
