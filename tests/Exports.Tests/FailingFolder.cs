using AeServerless.Exports.Destinations;

namespace AeServerless.Exports.Tests;

/// <summary>A folder that can take so many files and no more, and fails in the middle of the next.</summary>
internal sealed class FailingFolder(string path, int commits) : IExportDestination
{
    private readonly ExportFolder _folder = new(path);
    private int _left = commits;

    public ValueTask<IExportLock> LockAsync(CancellationToken cancellationToken) => _folder.LockAsync(cancellationToken);

    public async ValueTask<IExportFile> CreateAsync(string name, CancellationToken cancellationToken) =>
        new FailingFile(this, await _folder.CreateAsync(name, cancellationToken));

    public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => _folder.OpenAsync(name, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _folder.ListAsync(prefix, cancellationToken);

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken) => _folder.DeleteAsync(name, cancellationToken);

    private sealed class FailingFile(FailingFolder folder, IExportFile file) : IExportFile
    {
        public Stream Content => file.Content;

        public ValueTask CommitAsync(CancellationToken cancellationToken) =>
            folder._left-- > 0 ? file.CommitAsync(cancellationToken) : throw new IOException("There is no more room.");

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
