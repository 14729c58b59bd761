using AeServerless.Cli.Api;
using AeServerless.Cli.Exporting;
using AeServerless.Cli.Stack;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Formats.Parquet;
using AeServerless.Exports.Sessions;

namespace AeServerless.Cli.Queries;

/// <summary>A run's Parquet tables on this machine: exported when they are first asked for, and then kept.</summary>
internal static class KeptTables
{
    /// <summary>The folder of the tables and their files. An export that is there needs no function app.</summary>
    public static async Task<(string Folder, ExportReport Report)> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var format = new ParquetFormat();
        if (IsPlain(runId))
        {
            var kept = RunExport.DefaultFolder(runId, format.Name);
            if (await Exporter.FindAsync(format, runId, new ExportFolder(kept), cancellationToken) is { } there)
            {
                return (kept, there);
            }
        }

        using var app = new AppClient(Connection.Find());
        using var run = await AppRun.OpenAsync(app, runId, cancellationToken);
        var folder = RunExport.DefaultFolder(run.Description.RunId, format.Name);
        await Console.Error.WriteLineAsync($"Exporting the tables of {run.Description.RunId}, once, to {folder}");
        return (folder, await RunExport.WriteAsync(format, run, new ExportOptions(), folder, progress: null, cancellationToken));
    }

    /// <summary>Whether an id can be a folder's name; the app says of others that there is no such run.</summary>
    private static bool IsPlain(string runId) =>
        runId.Length > 0 && runId.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
