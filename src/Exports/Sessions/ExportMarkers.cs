using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AeServerless.Exports.Destinations;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Sessions;

/// <summary>
/// The files that say what of an export is whole. They are in <c>_export/</c>, beside the folders of the format: some tools take every file
/// in theirs as data.
/// </summary>
internal sealed class ExportMarkers(IExportDestination destination, string fingerprint)
{
    private const string Complete = ExportReport.FileName;
    private const string Units = "_export/units/";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A hash of everything that the bytes depend on.</summary>
    public static string Fingerprint(IExportFormat format, ExportRun run, ExportOptions options, IReadOnlyList<RunFile> files)
    {
        var text = new StringBuilder();
        text.Append(format.Name).Append('\n').Append(format.Version).Append('\n');
        text.Append(run.RunId).Append('\n').Append(run.Dataset).Append('\n');
        text.Append(options.ToJson()).Append('\n').Append(run.Vocabulary).Append('\n');
        text.Append(
            run.TokenText is null
                ? "ids"
                : "texts").Append(run.Tokens?.Count).Append(run.Directions is null).Append(run.Activations is null);
        foreach (var file in files)
        {
            text.Append('\n').Append(file.Name).Append('\t').Append(file.Length).Append('\t').Append(file.Version);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The report of a finished export, whatever its fingerprint, or <see langword="null"/>.</summary>
    public Task<ExportReport?> ReportAsync(CancellationToken cancellationToken) => ReadAsync<ExportReport>(Complete, cancellationToken);

    /// <summary>The report of a finished export of the same fingerprint, or <see langword="null"/>.</summary>
    public async Task<ExportReport?> FinishedAsync(CancellationToken cancellationToken)
    {
        var report = await ReportAsync(cancellationToken);
        return report?.Fingerprint == fingerprint && await AreThereAsync(report.Files, cancellationToken) ? report : null;
    }

    /// <summary>
    /// Removes what says that the export is whole, and the markers of units of another fingerprint or with missing files.
    /// </summary>
    /// <returns>The units that are whole.</returns>
    public async Task<IReadOnlyDictionary<string, UnitMarker>> BeginAsync(CancellationToken cancellationToken)
    {
        await destination.DeleteAsync(Complete, cancellationToken);
        var kept = new Dictionary<string, UnitMarker>(StringComparer.Ordinal);
        foreach (var name in await destination.ListAsync(Units, cancellationToken))
        {
            var marker = await ReadAsync<UnitMarker>(name, cancellationToken);
            if (marker?.Fingerprint == fingerprint && await AreThereAsync(marker.Files, cancellationToken))
            {
                kept.Add(name[Units.Length..^".json".Length], marker);
                continue;
            }

            // Files of another fingerprint go, so that none of them is taken for one of this export.
            foreach (var file in marker?.Fingerprint == fingerprint ? [] : marker?.Files ?? [])
            {
                await destination.DeleteAsync(file.Name, cancellationToken);
            }

            await destination.DeleteAsync(name, cancellationToken);
        }

        return kept;
    }

    public Task WriteAsync(
        string unit, IReadOnlyList<ExportedFile> files, IReadOnlyList<string> losses, CancellationToken cancellationToken) =>
        WriteAsync($"{Units}{unit}.json", new UnitMarker(fingerprint, files, losses), cancellationToken);

    public Task FinishAsync(ExportReport report, CancellationToken cancellationToken) => WriteAsync(Complete, report, cancellationToken);

    private async Task<bool> AreThereAsync(IReadOnlyList<ExportedFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await using var content = await destination.OpenAsync(file.Name, cancellationToken);
            if (content is null || Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != file.Sha256)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<T?> ReadAsync<T>(string name, CancellationToken cancellationToken)
        where T : class
    {
        await using var content = await destination.OpenAsync(name, cancellationToken);
        try
        {
            return content is null ? null : await JsonSerializer.DeserializeAsync<T>(content, Json, cancellationToken);
        }
        catch (JsonException)
        {
            // Not one of ours: as good as missing.
            return null;
        }
    }

    private async Task WriteAsync<T>(string name, T value, CancellationToken cancellationToken)
    {
        await using var file = await destination.CreateAsync(name, cancellationToken);
        await JsonSerializer.SerializeAsync(file.Content, value, Json, cancellationToken);
        await file.CommitAsync(cancellationToken);
    }
}
