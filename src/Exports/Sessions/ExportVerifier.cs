using System.Security.Cryptography;
using AeServerless.Engine;
using AeServerless.Exports.Destinations;

namespace AeServerless.Exports.Sessions;

/// <summary>Compares the files of a finished export with what its <c>_export/complete.json</c> says.</summary>
public static class ExportVerifier
{
    /// <summary>Compares every file by length and SHA-256, and looks for files that are not of the export.</summary>
    /// <param name="destination">Where the export is.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The report, and what is not as it says.</returns>
    /// <exception cref="InvalidInputException">There is no finished export.</exception>
    public static async Task<(ExportReport Report, IReadOnlyList<ExportDifference> Differences)> VerifyAsync(
        IExportDestination destination, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var report = await new ExportMarkers(destination, fingerprint: "").ReportAsync(cancellationToken)
            ?? throw new InvalidInputException(
                name, $"has no {ExportReport.FileName}: it is no export, or one that was cut; ./ae export goes on with that");
        var differences = new List<ExportDifference>();
        foreach (var file in report.Files)
        {
            if (await ProblemAsync(destination, file, cancellationToken) is { } problem)
            {
                differences.Add(new ExportDifference(file.Name, problem));
            }
        }

        var known = report.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var found in await destination.ListAsync("", cancellationToken))
        {
            if (!known.Contains(found) && !found.StartsWith(ExportFolder.Bookkeeping + "/", StringComparison.Ordinal))
            {
                differences.Add(new ExportDifference(found, "is not of the export"));
            }
        }

        return (report, differences);
    }

    private static async Task<string?> ProblemAsync(
        IExportDestination destination, ExportedFile file, CancellationToken cancellationToken)
    {
        await using var content = await destination.OpenAsync(file.Name, cancellationToken);
        if (content is null)
        {
            return "is gone";
        }

        if (content.Length != file.Length)
        {
            return $"is {content.Length} bytes, but {ExportReport.FileName} says {file.Length}";
        }

        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return hash == file.Sha256 ? null : $"does not have the hash in {ExportReport.FileName}";
    }
}
