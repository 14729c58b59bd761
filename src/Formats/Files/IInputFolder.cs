using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Formats.Files;

/// <summary>A folder of files that are read by ranges: on disk, or blobs under a prefix.</summary>
public interface IInputFolder
{
    /// <summary>
    /// The name that messages call it by: a path or an address. Its last parts may say what the files do not (a layer, an L0).
    /// </summary>
    string Name { get; }

    /// <summary>
    /// Relative names, with <c>/</c> between folders, of the files in the folder and in the folders right below it, in ordinal order.
    /// </summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a file. A source that holds a resource is <see cref="IDisposable"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such file.</exception>
    ValueTask<IByteSource> OpenAsync(string name, CancellationToken cancellationToken);
}
