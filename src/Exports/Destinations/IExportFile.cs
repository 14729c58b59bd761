namespace AeServerless.Exports.Destinations;

/// <summary>A file that is being written. Disposed without <see cref="CommitAsync"/>, it leaves nothing under its name.</summary>
public interface IExportFile : IAsyncDisposable
{
    /// <summary>Takes the bytes.</summary>
    Stream Content { get; }

    /// <summary>Gives the file its name. Nothing is written after that.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}
