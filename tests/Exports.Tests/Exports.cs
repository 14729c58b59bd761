using AeServerless.Exports.Destinations;
using AeServerless.Exports.Formats;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Tests;

/// <summary>Exports to a folder.</summary>
internal static class Exports
{
    public static Task<ExportReport> ToAsync(
        string folder, string format, ExportRun run, ExportOptions? options = null, CancellationToken cancellationToken = default) =>
        Exporter.RunAsync(
        ExportFormats.Find(format), run, options ?? new ExportOptions(), new ExportFolder(folder), progress: null, cancellationToken);

    /// <summary>The export's files but its markers, with their bytes.</summary>
    public static Dictionary<string, byte[]> Read(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => (Name: Path.GetRelativePath(folder, file), Path: file))
        .Where(file => !file.Name.StartsWith("_export", StringComparison.Ordinal))
        .ToDictionary(file => file.Name, file => File.ReadAllBytes(file.Path));
}
