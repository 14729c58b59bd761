using System.Diagnostics;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Formats;
using AeServerless.Exports.Sessions;
using AeServerless.TestSupport;

namespace AeServerless.Exports.Tests;

/// <summary>
/// Ten million values over 32,768 latents. Asked for by name, one a process, as they measure it: <c>-explicit only -method
/// *LargeExportTests.Csr*</c>.
/// </summary>
public sealed class LargeExportTests(ITestOutputHelper output)
{
    private const double BytesPerSecond = 20e6;
    private const long MostMemory = 1L << 30;

    [Fact(Explicit = true)]
    public Task Parquet_StaysUnderAGigabyte() => MeasureAsync("parquet");

    [Fact(Explicit = true)]
    public Task Delphi_StaysUnderAGigabyte() => MeasureAsync("delphi");

    [Fact(Explicit = true)]
    public Task Neuronpedia_StaysUnderAGigabyte() => MeasureAsync("neuronpedia");

    [Fact(Explicit = true)]
    public Task SaeDashboard_StaysUnderAGigabyte() => MeasureAsync("saedashboard");

    [Fact(Explicit = true)]
    public Task NeuronRecord_StaysUnderAGigabyte() => MeasureAsync("neuron-record");

    [Fact(Explicit = true)]
    public Task Sparsity_StaysUnderAGigabyte() => MeasureAsync("sparsity");

    [Fact(Explicit = true)]
    public Task Csr_StaysUnderAGigabyte() => MeasureAsync("csr");

    [Fact(Explicit = true)]
    public Task CircuitTracer_StaysUnderAGigabyte() => MeasureAsync("circuit-tracer");

    private async Task MeasureAsync(string format)
    {
        using var folder = new TemporaryFolder();
        var cancellationToken = TestContext.Current.CancellationToken;
        var run = await new SyntheticRun(folder.File("run"), 1024, 128, 32_768, 76).WriteAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        var before = Environment.CpuUsage.TotalTime;

        var report = await Exporter.RunAsync(
            ExportFormats.Find(format), run, new ExportOptions(), new ExportFolder(folder.File("out")), progress: null, cancellationToken);

        using var process = Process.GetCurrentProcess();
        var line =
            $"{format}: {report.Bytes / 1e6:F1} MB in {watch.Elapsed.TotalSeconds:F2} s, "
            + $"{report.Bytes / 1e6 / watch.Elapsed.TotalSeconds:F1} MB/s, "
            + $"{(Environment.CpuUsage.TotalTime - before).TotalSeconds:F2} s of processors, {report.Files.Count} files, peak "
                + $"{process.PeakWorkingSet64 >> 20} MB";
        output.WriteLine(line);
        Assert.True(process.PeakWorkingSet64 < MostMemory, line);
        // What is read once is the least that an export takes, however little comes out.
        Assert.True(report.Bytes / watch.Elapsed.TotalSeconds > BytesPerSecond || watch.Elapsed.TotalSeconds < 10, line);
    }
}
