using System.CommandLine;
using AeServerless.Cli.Api;
using AeServerless.Cli.Stack;
using AeServerless.Contracts;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae gc</c>: results that no kept run needs.</summary>
internal static class GcCommand
{
    public static Command Create()
    {
        var apply = new Option<bool>("--apply") { Description = "Removes them; without it they are only shown." };
        var command = new Command(
            "gc", "Finds results of chunks and merges that no kept run needs. The app's RetentionDays says which runs are kept.") { apply };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var app = new AppClient(Connection.Find());
            var report = await app.ReportAsync<CleanupReport>(result.GetValue(apply) ? "gc?apply=true" : "gc", "gc", cancellationToken);
            foreach (var name in report.Removed)
            {
                Console.WriteLine(name);
            }

            Console.WriteLine(
                $"{(report.Applied ? "Removed" : "Would remove")} {report.RemovedResults} results and {report.RemovedRuns} runs, "
                    + $"{report.RemovedBytes / 1e6:0.0} MB; " +
                $"kept {report.KeptResults} results of {report.KeptRuns} "
                    + $"runs.{(report.Applied ? "" : " Nothing was removed: --apply does.")}");
            return 0;
        });
        return command;
    }
}
