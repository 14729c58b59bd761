using System.CommandLine;
using AeServerless.Cli.Api;
using AeServerless.Cli.Stack;
using AeServerless.Contracts;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Sessions;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae verify</c>: whether a run's results are still what they should be.</summary>
internal static class VerifyCommand
{
    private const int DefaultSample = 8;

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run's id, or the folder of an export." };
        var sample = new Option<int>("--sample")
        {
            Description = "Chunks to derive again, chosen at random.",
            DefaultValueFactory = _ => DefaultSample,
        };
        var command = new Command(
            "verify", "Compares a run's files and exports with their hashes, and derives a random sample of its chunks again. Of the "
                + "folder of an export, compares the files.") { run, sample };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (Directory.Exists(result.GetRequiredValue(run)))
            {
                return await VerifyFolderAsync(result.GetRequiredValue(run), cancellationToken);
            }

            using var app = new AppClient(Connection.Find());
            var path = $"runs/{Uri.EscapeDataString(result.GetRequiredValue(run))}/verify";
            var report = await app.ReportAsync<VerificationReport>($"{path}?sample={result.GetValue(sample)}", path, cancellationToken);
            foreach (var difference in report.Differences)
            {
                Console.WriteLine($"{difference.Name}: {difference.Problem}");
            }

            if (report.Error is { } error)
            {
                throw new CliException($"The verification could not be finished. {error}");
            }

            Console.WriteLine($"{report.Files} files and {report.Chunks} chunks compared, {report.DifferenceCount} differences.");
            return report.DifferenceCount == 0 ? 0 : 1;
        });
        return command;
    }

    private static async Task<int> VerifyFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var (report, differences) = await ExportVerifier.VerifyAsync(new ExportFolder(folder), folder, cancellationToken);
        foreach (var difference in differences)
        {
            Console.WriteLine($"{difference.Name}: {difference.Problem}");
        }

        Console.WriteLine($"{report.Files.Count} files of {report.Format} of {report.Run} compared, {differences.Count} differences.");
        return differences.Count == 0 ? 0 : 1;
    }
}
