using System.Security.Cryptography;
using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Exports.Sessions;
using AeServerless.Functions.Exporting;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>
/// Compares the files of a run with the hashes in its <c>run.json</c>, and those of its exports with the hashes in the file that it names.
/// </summary>
public sealed class FileVerifier(ResultStore store)
{
    /// <summary>Verifies the files of a run.</summary>
    /// <returns>How many there are, and what is different.</returns>
    /// <exception cref="InvalidInputException">The run is not complete.</exception>
    public async Task<Findings> VerifyAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await store.ReadJsonAsync<RunResults>(RunPaths.Run(runId), cancellationToken)
            ?? throw new InvalidInputException(RunPaths.Run(runId), "does not exist: only a run that is complete can be verified");
        var differences = new List<VerificationDifference>();
        foreach (var file in run.Results)
        {
            var name = $"{RunPaths.Of(runId)}/{file.Name}";
            if (await ProblemAsync(name, file, cancellationToken) is { } problem)
            {
                differences.Add(new VerificationDifference(name, problem));
            }
        }

        var files = run.Results.Count;
        foreach (var folder in run.Results.Where(IsExport).Select(file => file.Name[..^(ExportReport.FileName.Length + 1)]))
        {
            files += await VerifyExportAsync($"{RunPaths.Of(runId)}/{folder}", differences, cancellationToken);
        }

        return Findings.OfFiles(files, differences);
    }

    private static bool IsExport(ResultFile file) => file.Name.EndsWith($"/{ExportReport.FileName}", StringComparison.Ordinal);

    /// <returns>Files that the export should have.</returns>
    private async Task<int> VerifyExportAsync(
        string prefix, List<VerificationDifference> differences, CancellationToken cancellationToken)
    {
        // What says which files there should be was itself compared: it names nothing where it is gone or changed.
        if (differences.Exists(difference => difference.Name == $"{prefix}/{ExportReport.FileName}"))
        {
            return 0;
        }

        var (report, found) = await ExportVerifier.VerifyAsync(new ExportPrefix(store, prefix), prefix, cancellationToken);
        differences.AddRange(found.Select(file => new VerificationDifference($"{prefix}/{file.Name}", file.Problem)));
        return report.Files.Count;
    }

    private async Task<string?> ProblemAsync(string name, ResultFile file, CancellationToken cancellationToken)
    {
        if (await store.OpenAsync(name, cancellationToken) is not { } download)
        {
            return "is gone";
        }

        await using var content = download.Content;
        if (content.Length != file.Length)
        {
            return $"is {content.Length} bytes, but run.json says {file.Length}";
        }

        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return hash == file.Sha256 ? null : "does not have the hash in run.json";
    }

    private sealed record RunResults(IReadOnlyList<ResultFile> Results);
}
