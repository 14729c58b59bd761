using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Formats.Files;

/// <summary>A folder on disk.</summary>
/// <param name="path">The folder.</param>
public sealed class LocalFolder(string path) : IInputFolder
{
    // A folder of models can hold any number of files; an autoencoder's is small.
    private const int MostFiles = 10_000;

    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_path))
        {
            throw new InvalidInputException(_path, "does not exist");
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 };
        IReadOnlyList<string> names = [.. Directory
            .EnumerateFiles(_path, "*", options)
            .Take(MostFiles + 1)
            .Select(file => Path.GetRelativePath(_path, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)];
        return names.Count <= MostFiles
            ? Task.FromResult(names)
            : throw new InvalidInputException(_path, $"has more than {MostFiles} files; name the autoencoder's own folder or file");
    }

    /// <inheritdoc/>
    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IByteSource>(new FileByteSource(Path.Combine(_path, name)));
    }
}
