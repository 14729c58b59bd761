using AeServerless.Cli.Progress;

namespace AeServerless.Cli.Tests.Progress;

public sealed class ProgressReportTests
{
    [Fact]
    public async Task Work_GivesItsResultHoweverOftenItReports() => Assert.Equal(42, await ProgressReport.RunAsync("Counting", report =>
    {
        for (var done = 0; done < 1_000; done++)
        {
            report(done, 1_000, "counting");
        }

        return Task.FromResult(42);
    }));

    [Fact]
    public async Task Amounts_ArriveBeforeTheEnd()
    {
        var reported = await ProgressDisplay.RunAsync("Uploading", "bytes", total: 10, progress =>
        {
            progress.Report(10);
            return Task.FromResult(10L);
        });

        Assert.Equal(10, reported);
    }
}
