namespace AeServerless.Exports.Sessions;

/// <summary>A format that a run's results are exported in.</summary>
public interface IExportFormat
{
    /// <summary>The name that commands and recipes know it by.</summary>
    string Name { get; }

    /// <summary>What it holds, in a line.</summary>
    string Summary { get; }

    /// <summary>Changes when the same input gives other bytes than before.</summary>
    int Version { get; }

    /// <summary>Writes the files, unit by unit; units that are whole already are left out.</summary>
    Task WriteAsync(ExportSession session, CancellationToken cancellationToken);
}
