using AeServerless.Engine;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Sessions;

/// <summary>Exports a run's results in a format that another tool reads.</summary>
public static class Exporter
{
    /// <summary>
    /// Writes the export, or goes on with one that was cut. It is whole once <c>_export/complete.json</c> is there, which is written last;
    /// a whole one of the same run and options is left as it is.
    /// </summary>
    /// <param name="format">The format.</param>
    /// <param name="run">What is exported.</param>
    /// <param name="options">What the export is to hold.</param>
    /// <param name="destination">A folder or prefix of its own: one export each.</param>
    /// <param name="progress">Told the bytes written after each unit.</param>
    /// <param name="cancellationToken">Cancels the export; what is written stays, to go on from.</param>
    /// <exception cref="InvalidInputException">The format can't hold what the run has, a file of the run is missing or damaged, or another
    /// export is being written there.</exception>
    /// <exception cref="IOException">The right to write was lost while it was written.</exception>
    public static async Task<ExportReport> RunAsync(
        IExportFormat format,
        ExportRun run,
        ExportOptions options,
        IExportDestination destination,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(destination);
        await using var held = await destination.LockAsync(cancellationToken);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        try
        {
            return await WriteAsync(format, run, options, destination, progress, linked.Token);
        }
        catch (OperationCanceledException) when (held.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The right to write the export was lost to another attempt, which goes on with it.");
        }
    }

    private static async Task<ExportReport> WriteAsync(
        IExportFormat format,
        ExportRun run,
        ExportOptions options,
        IExportDestination destination,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var files = await run.Files.ListAsync(cancellationToken);
        var fingerprint = ExportMarkers.Fingerprint(format, run, options, files);
        var markers = new ExportMarkers(destination, fingerprint);
        if (await markers.FinishedAsync(cancellationToken) is { } finished)
        {
            return finished with { FilesKept = finished.Files.Count };
        }

        var kept = await markers.BeginAsync(cancellationToken);
        await using var session = new ExportSession(run, files, options, destination, markers, kept, progress);
        await format.WriteAsync(session, cancellationToken);

        // In order, so that an export that was cut has the same bytes in the end.
        var losses = session.Losses.Order(StringComparer.Ordinal).ToList();
        var report = new ExportReport(format.Name, run.RunId, run.Dataset, fingerprint, losses, session.Exported)
        {
            FilesKept = session.FilesKept,
            Version = format.Version,
        };
        await markers.FinishAsync(report, cancellationToken);
        return report;
    }

    /// <summary>
    /// The report of a whole export of a run, or <see langword="null"/>. Files are looked for by name and length; their hashes are not
    /// computed.
    /// </summary>
    public static async Task<ExportReport?> FindAsync(
        IExportFormat format, string runId, IExportDestination destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(destination);
        var report = await new ExportMarkers(destination, fingerprint: "").ReportAsync(cancellationToken);
        if (report is null || report.Format != format.Name || report.Version != format.Version || report.Run != runId)
        {
            return null;
        }

        foreach (var file in report.Files)
        {
            await using var content = await destination.OpenAsync(file.Name, cancellationToken);
            if (content?.Length != file.Length)
            {
                return null;
            }
        }

        return report;
    }
}
