namespace AeServerless.Engine.IO;

/// <summary>A folder on disk that result files are written to and read from.</summary>
/// <param name="path">The folder; created when the first file is.</param>
public sealed class ResultDirectory(string path) : IResultSink, IResultSource
{
    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => !Directory.Exists(Path) ? [] : [.. Directory
        .EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(PartialFileStream.Suffix, StringComparison.Ordinal))
        .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace(System.IO.Path.DirectorySeparatorChar, '/'))
        .Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask<ResultStream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = Resolve(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        return ValueTask.FromResult<ResultStream>(new PartialFileStream(file));
    }

    /// <inheritdoc/>
    public ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IByteSource>(new FileByteSource(Resolve(name), name));
    }

    /// <summary>Whether the complete file exists.</summary>
    public bool Exists(string name) => File.Exists(Resolve(name));

    /// <summary>Renames a file; a file of that name is replaced.</summary>
    public void Move(string name, string newName)
    {
        var target = Resolve(newName);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        File.Move(Resolve(name), target, overwrite: true);
    }

    /// <summary>Deletes a file if it exists.</summary>
    public void Delete(string name)
    {
        if (Exists(name))
        {
            File.Delete(Resolve(name));
        }
    }

    private string Resolve(string name) => System.IO.Path.Combine(Path, BlobPath.Validate(name));
}
