using AeServerless.Engine.IO;

namespace AeServerless.Models.Weights;

/// <summary>A model's folder on disk.</summary>
/// <param name="path">The folder.</param>
/// <param name="replacements">
/// Files of the folder that are read in place of others: by the name that is asked for, the name of the file.
/// </param>
public sealed class ModelFolder(string path, IReadOnlyDictionary<string, string>? replacements = null) : IModelFiles
{
    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = Path.Combine(path, replacements?.GetValueOrDefault(name) ?? name);
        return ValueTask.FromResult<IByteSource?>(File.Exists(file) ? new FileByteSource(file, Path.GetFileName(file)) : null);
    }
}
