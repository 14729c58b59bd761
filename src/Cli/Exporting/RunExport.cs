using AeServerless.Exports.Destinations;
using AeServerless.Exports.Sessions;

namespace AeServerless.Cli.Exporting;

/// <summary>Exports a run into a folder of this machine.</summary>
internal static class RunExport
{
    /// <summary>Where an export goes that is given no folder; <c>./ae query</c> looks there.</summary>
    public static string DefaultFolder(string runId, string format) => Path.Combine(Repository.State, "exports", runId, format);

    /// <summary>Writes an export, or goes on with one that was cut.</summary>
    /// <exception cref="CliException">The folder has files that are not of an export.</exception>
    public static async Task<ExportReport> WriteAsync(
        IExportFormat format,
        AppRun run,
        ExportOptions options,
        string folder,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
            && !Directory.Exists(Path.Combine(folder, ExportFolder.Bookkeeping)))
        {
            throw new CliException($"{folder}: has files that are not of an export; choose an empty folder with --out.");
        }

        var named = options.Model == new ExportOptions().Model && run.Model is { } model ? options with { Model = model } : options;
        return await Exporter.RunAsync(format, run.ToExport(), named, new ExportFolder(folder), progress, cancellationToken);
    }
}
