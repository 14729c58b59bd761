namespace AeServerless.Exports.Sessions;

/// <summary>A part of an export that is made anew as a whole where the export was cut within it.</summary>
public sealed class ExportUnit
{
    private readonly ExportSession _session;
    private readonly string _name;
    private readonly List<ExportedFile> _files = [];
    private readonly List<string> _losses = [];

    internal ExportUnit(ExportSession session, string name) => (_session, _name) = (session, name);

    /// <summary>Begins a file.</summary>
    public async ValueTask<UnitFile> CreateAsync(string name, CancellationToken cancellationToken) =>
        new(this, name, await _session.Destination.CreateAsync(name, cancellationToken));

    /// <summary>Writes a whole file.</summary>
    public async Task WriteAsync(string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        await using var file = await CreateAsync(name, cancellationToken);
        await write(file.Content);
        await file.CommitAsync(cancellationToken);
    }

    /// <summary>Says that all files of the unit are written.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => _session.CompleteAsync(_name, _files, _losses, cancellationToken);

    /// <summary>Says that a file of the unit does not hold something that the run has.</summary>
    public void Lose(string what) => _losses.Add(what);

    internal void Add(ExportedFile file) => _files.Add(file);
}
