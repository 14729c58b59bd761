using AeServerless.Exports.Destinations;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Checking;

/// <summary>Temporary folders for a run made of golden inputs and its exports; removed with it.</summary>
internal sealed class GoldenWorkspace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ae-golden-").FullName;
    private int _exports;

    /// <summary>Writes a run.</summary>
    public Task<ExportRun> RunAsync(GoldenInput input, int layer, CancellationToken cancellationToken) =>
        input.WriteAsync(Path.Combine(_folder, $"run-{_exports++}"), layer, cancellationToken);

    /// <summary>Exports a run and returns the folder.</summary>
    public async Task<string> ExportAsync(IExportFormat format, ExportRun run, ExportOptions options, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_folder, $"export-{_exports++}");
        await Exporter.RunAsync(format, run, options, new ExportFolder(folder), progress: null, cancellationToken);
        return folder;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
