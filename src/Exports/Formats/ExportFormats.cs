using AeServerless.Engine;
using AeServerless.Exports.Formats.Arrays;
using AeServerless.Exports.Formats.Dashboards;
using AeServerless.Exports.Formats.Delphi;
using AeServerless.Exports.Formats.Parquet;
using AeServerless.Exports.Formats.Records;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats;

/// <summary>All formats.</summary>
public static class ExportFormats
{
    /// <summary>The formats, by name.</summary>
    public static IReadOnlyList<IExportFormat> All { get; } =
    [
        new CircuitTracerFormat(),
        new CsrFormat(),
        new DelphiFormat(),
        new NeuronpediaFormat(),
        new NeuronRecordFormat(),
        new ParquetFormat(),
        new SaeDashboardFormat(),
        new SparsityFormat(),
    ];

    /// <summary>Finds a format.</summary>
    /// <exception cref="InvalidInputException">There is none of that name: the message lists those that there are.</exception>
    public static IExportFormat Find(string name) => All.FirstOrDefault(format => format.Name == name)
        ?? throw new InvalidInputException(
            $"export '{name}'", $"is not a format; known are {string.Join(", ", All.Select(format => format.Name))}");
}
