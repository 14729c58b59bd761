using AeServerless.Engine;

namespace AeServerless.Exports.Destinations;

/// <summary>A lock on a file of the folder, which the operating system takes back when the process ends, however it ends.</summary>
internal sealed class FolderLock : IExportLock
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    // The system keeps the lock for as long as the file is open.
    public CancellationToken Lost => CancellationToken.None;

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="path">The file. It stays: were it removed, two could hold locks on files of one name.</param>
    /// <exception cref="InvalidInputException">Another export has it.</exception>
    public static FolderLock Take(string folder, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new InvalidInputException(
                folder, "is being written by another export; wait until it is done, or choose another folder with --out");
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
