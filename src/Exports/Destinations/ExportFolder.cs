using AeServerless.Engine.IO;

namespace AeServerless.Exports.Destinations;

/// <summary>A folder on disk. Files are written beside all others, under <c>_export/partial</c>, and moved when they are whole.</summary>
/// <param name="path">The folder; created when the first file is.</param>
public sealed class ExportFolder(string path) : IExportDestination
{
    /// <summary>The folder of an export's bookkeeping, in that of the export.</summary>
    public const string Bookkeeping = "_export";

    private const string Partial = Bookkeeping + "/partial";
    private const string Lock = Bookkeeping + "/lock";

    private readonly string _path = Path.GetFullPath(path);
    private int _files;

    /// <inheritdoc/>
    public ValueTask<IExportLock> LockAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IExportLock>(FolderLock.Take(_path, Resolve(Lock)));
    }

    /// <inheritdoc/>
    public ValueTask<IExportFile> CreateAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var target = Resolve(name);
        var number = Interlocked.Increment(ref _files);
        var partial = Resolve($"{Partial}/{number}");
        if (number == 1 && Directory.Exists(Path.GetDirectoryName(partial)))
        {
            // What a process that was killed left.
            Directory.Delete(Path.GetDirectoryName(partial)!, recursive: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        return ValueTask.FromResult<IExportFile>(new PartialFile(partial, target));
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = Resolve(name);
        return ValueTask.FromResult<Stream?>(File.Exists(file) ? File.OpenRead(file) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<string> names = !Directory.Exists(_path) ? [] : [.. Directory
            .EnumerateFiles(_path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_path, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name.StartsWith(Partial, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        return ValueTask.FromResult(names);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = Resolve(name);
        if (File.Exists(file))
        {
            File.Delete(file);
        }

        return ValueTask.CompletedTask;
    }

    private string Resolve(string name) => Path.Combine(_path, BlobPath.Validate(name));

    private sealed class PartialFile(string partial, string target) : IExportFile
    {
        private const int BufferBytes = 1 << 16;

        private readonly FileStream _stream = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);

        public Stream Content => _stream;

        public async ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            await _stream.FlushAsync(cancellationToken);
            await _stream.DisposeAsync();
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(partial, target, overwrite: true);
        }

        public async ValueTask DisposeAsync()
        {
            await _stream.DisposeAsync();
            File.Delete(partial);
        }
    }
}
