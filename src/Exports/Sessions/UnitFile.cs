using AeServerless.Exports.Destinations;

namespace AeServerless.Exports.Sessions;

/// <summary>A file of a unit that is being written. Disposed without <see cref="CommitAsync"/>, it leaves nothing.</summary>
public sealed class UnitFile : IAsyncDisposable
{
    private readonly ExportUnit _unit;
    private readonly string _name;
    private readonly IExportFile _file;
    private readonly HashingStream _content;

    internal UnitFile(ExportUnit unit, string name, IExportFile file)
    {
        (_unit, _name, _file) = (unit, name, file);
        _content = new HashingStream(file.Content);
    }

    /// <summary>Takes the bytes; does not seek.</summary>
    public Stream Content => _content;

    /// <summary>Gives the file its name.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await _content.FlushAsync(cancellationToken);
        await _file.CommitAsync(cancellationToken);
        _unit.Add(new ExportedFile(_name, _content.Length, _content.Sha256()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        await _file.DisposeAsync();
    }
}
