using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Files;

namespace AeServerless.Formats.Tests;

/// <summary>A folder in memory.</summary>
internal sealed class MemoryFolder(string name, IReadOnlyDictionary<string, byte[]> files) : IInputFolder
{
    public string Name => name;

    public static MemoryFolder Of(string path) => new(path, Directory
        .EnumerateFiles(path, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'), File.ReadAllBytes));

    public MemoryFolder With(string file, byte[] content) => new(name, new Dictionary<string, byte[]>(files) { [file] = content });

    public byte[] Content(string file) => files[file];

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. files.Keys.Order(StringComparer.Ordinal)]);

    public ValueTask<IByteSource> OpenAsync(string file, CancellationToken cancellationToken) => files.TryGetValue(file, out var bytes)
        ? ValueTask.FromResult<IByteSource>(new MemoryByteSource($"{name}/{file}", bytes))
        : throw new InvalidInputException($"{name}/{file}", "does not exist");
}
