using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Hosting;

/// <summary>
/// A small run of the benchmark of orchestrating: the product's orchestrators, the real host, activities that return at once.
/// </summary>
public sealed partial class OrchestrationScaleTests(ITestOutputHelper output)
{
    private const int MostMegabytes = 1024;

    [Fact]
    public async Task TwoThousandChunks_KeepToWindowAndMemory()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [FunctionAppProcess.Built("", "bench", "Bench.dll"), "orchestration", "--chunks", "2000", "--idle", "0"])
        {
            RedirectStandardOutput = true,
        };
        using var bench = Process.Start(start)!;
        var printed = await bench.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bench.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(printed);

        Assert.Equal(0, bench.ExitCode);
        Assert.Contains("Completed: 2,000 chunks", printed, StringComparison.Ordinal);
        var figures = Figures().Match(printed);
        Assert.InRange(Number(figures.Groups[1]), 1, MostMegabytes);
        Assert.InRange(Number(figures.Groups[2]), 1, Number(figures.Groups[3]));
    }

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Peak memory (\d+) MB; most chunks of a group in flight (\d+) of (\d+)")]
    private static partial Regex Figures();
}
