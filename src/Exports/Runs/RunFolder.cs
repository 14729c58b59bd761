using System.Globalization;
using AeServerless.Engine.IO;

namespace AeServerless.Exports.Runs;

/// <summary>A run's results in a folder on disk.</summary>
/// <param name="path">The folder.</param>
public sealed class RunFolder(string path) : IRunFiles
{
    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RunFile>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<RunFile> files = !Directory.Exists(_path) ? [] : [.. new DirectoryInfo(_path)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => new RunFile(
                Path.GetRelativePath(_path, file.FullName).Replace(Path.DirectorySeparatorChar, '/'),
                file.Length,
                file.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)];
        return ValueTask.FromResult(files);
    }

    /// <inheritdoc/>
    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IByteSource>(new FileByteSource(Path.Combine(_path, BlobPath.Validate(name)), name));
    }
}
