using Microsoft.Win32.SafeHandles;

namespace AeServerless.Engine.IO;

/// <summary>A file on disk as a source.</summary>
public sealed class FileByteSource : IByteSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Opens the file for reading.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="name">The name that messages call it by; the path by default.</param>
    /// <exception cref="InvalidInputException">The file doesn't exist or can't be opened.</exception>
    public FileByteSource(string path, string? name = null)
    {
        Name = name ?? path;
        try
        {
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
            Length = RandomAccess.GetLength(_handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(Name, "does not exist; look whether its path is spelled right");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(Name, $"can't be opened: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ByteRange.ThrowIfOutside(this, offset, destination.Length);
        for (var done = 0; done < destination.Length;)
        {
            var read = await RandomAccess.ReadAsync(_handle, destination[done..], offset + done, cancellationToken);
            // The file shrank after it was opened.
            if (read == 0)
            {
                throw ByteRange.Truncated(Name, offset, destination.Length, offset + done);
            }

            done += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
