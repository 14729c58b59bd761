using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Files;

namespace AeServerless.Formats.Engines;

/// <summary>A folder of stored files, which remembers what was read of it.</summary>
internal sealed class StoredFolder(IStoredFiles files, string path, IReadOnlyList<string> names) : IInputFolder
{
    private readonly SortedSet<string> _opened = new(StringComparer.Ordinal);

    public string Name => path;

    /// <summary>Paths of the files that were opened.</summary>
    public IReadOnlyList<string> Opened => [.. _opened];

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(names);

    public async ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var file = $"{path}/{name}";
        _opened.Add(file);
        return await files.OpenAsync(file, cancellationToken) ?? throw new InvalidInputException(file, "does not exist");
    }
}
