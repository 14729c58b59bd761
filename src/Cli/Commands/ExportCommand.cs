using System.CommandLine;
using System.Globalization;
using AeServerless.Cli.Api;
using AeServerless.Cli.Exporting;
using AeServerless.Cli.Progress;
using AeServerless.Cli.Stack;
using AeServerless.Exports.Formats;
using AeServerless.Exports.Sessions;

namespace AeServerless.Cli.Commands;

/// <summary><c>ae export</c>: a run's results in the formats of other tools.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run's id." };
        var format = new Option<string>("--as")
        {
            Description = $"The format: {string.Join("; ", ExportFormats.All.Select(known => $"{known.Name} ({known.Summary})"))}.",
            Required = true,
        };
        var output = new Option<string?>("--out") { Description = "The folder (default: .ae/exports/RUN/FORMAT)." };
        var options = new Option<string?>("--options")
        {
            Description = "A JSON file that says what the export is to hold, as docs/interop.md has it.",
        };
        var command = new Command("export", "Writes a run's results in a format that another tool reads. One that was cut goes on.")
        {
            run, format, output, options,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(run),
            ExportFormats.Find(result.GetRequiredValue(format)),
            result.GetValue(output),
            result.GetValue(options),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string runId, IExportFormat format, string? output, string? optionsFile, CancellationToken cancellationToken)
    {
        if (optionsFile is not null && output is null)
        {
            throw new CliException("--options: needs --out too; the default folder is for exports of all that a run has.");
        }

        var options = optionsFile is null
            ? new ExportOptions()
            : ExportOptions.Parse(await File.ReadAllTextAsync(optionsFile, cancellationToken), optionsFile);
        using var app = new AppClient(Connection.Find());
        using var run = await AppRun.OpenAsync(app, runId, cancellationToken);
        if (run.Manifest is null)
        {
            Console.WriteLine(
                $"The dataset {run.Description.Dataset} has changed since the run, or is gone: the export is made without its tokens.");
        }

        var folder = output ?? RunExport.DefaultFolder(run.Description.RunId, format.Name);
        var report = await ProgressDisplay.RunAsync("Exporting", "bytes", total: null, progress =>
            RunExport.WriteAsync(format, run, options, folder, progress, cancellationToken));
        foreach (var loss in report.Losses)
        {
            Console.WriteLine($"Lost: {loss}.");
        }

        var kept = report.FilesKept > 0 ? $" ({report.FilesKept} were there)" : "";
        var files = report.Files.Count == 1 ? "file" : "files";
        var size = string.Create(CultureInfo.InvariantCulture, $"{report.Bytes / 1e6:0.0} MB");
        Console.WriteLine($"Exported {runId} as {format.Name}: {report.Files.Count} {files}{kept}, {size}, to {folder}.");
        return 0;
    }
}
