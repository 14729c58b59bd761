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

    [Theory]
    [InlineData(0.2, "1 s left")]
    [InlineData(59, "59 s left")]
    [InlineData(200, "3 min 20 s left")]
    [InlineData(7500, "2 h 5 min left")]
    public void Seconds_AreReadAsPeopleSayThem(double seconds, string text) => Assert.Equal(text, TimeLeft.Text(seconds));
}
