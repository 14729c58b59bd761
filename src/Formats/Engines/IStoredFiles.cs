using AeServerless.Engine.IO;

namespace AeServerless.Formats.Engines;

/// <summary>Files by path, container first, on a disk or in storage.</summary>
public interface IStoredFiles
{
    /// <summary>
    /// Paths of the files in a folder and in the folders right below it, in ordinal order; none where there is no such folder.
    /// </summary>
    /// <param name="folder">Path of the folder, container first.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Opens a file; null where there is none. A source that holds a resource is <see cref="IDisposable"/>.</summary>
    Task<IByteSource?> OpenAsync(string path, CancellationToken cancellationToken);
}
