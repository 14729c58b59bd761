using System.Text.Json.Serialization;

namespace AeServerless.Exports.Sessions;

/// <summary>What an export did: also what its <c>_export/complete.json</c> holds, which is written last.</summary>
/// <param name="Format">The format.</param>
/// <param name="Run">The run.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Fingerprint">What the export was made from: format, options and the run's files.</param>
/// <param name="Losses">What the run has and the export does not: rounding, examples in the place of all values, fields left empty.</param>
/// <param name="Files">The files.</param>
public sealed record ExportReport(
    string Format, string Run, string Dataset, string Fingerprint, IReadOnlyList<string> Losses, IReadOnlyList<ExportedFile> Files)
{
    /// <summary>Where it is in the export.</summary>
    public const string FileName = "_export/complete.json";

    /// <summary>The marker's version.</summary>
    public string Schema { get; init; } = "ae-serverless/export/1";

    /// <summary>The format's version.</summary>
    public int Version { get; init; }

    /// <summary>Files that were there from an export that had been cut. Not in the file: it would differ from attempt to attempt.</summary>
    [JsonIgnore]
    public int FilesKept { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Sum(file => file.Length);
}
