using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Cli.Api;

/// <summary>A file that the function app serves by ranges.</summary>
/// <param name="app">The app.</param>
/// <param name="path">Its path under the API.</param>
/// <param name="name">What messages call it.</param>
/// <param name="length">Bytes.</param>
internal sealed class AppFile(AppClient app, string path, string name, long length) : IByteSource
{
    public string Name => name;

    public long Length => length;

    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset + destination.Length > length)
        {
            throw new InvalidInputException(
                name, $"is truncated: bytes {offset} to {offset + destination.Length} are needed, and it has {length}");
        }

        await app.ReadAsync(path, offset, destination, cancellationToken);
    }

    /// <summary>Reads a small file whole.</summary>
    /// <exception cref="InvalidInputException">It is larger than <paramref name="most"/> bytes.</exception>
    public async Task<byte[]> ReadAllAsync(int most, CancellationToken cancellationToken)
    {
        if (length > most)
        {
            throw new InvalidInputException(name, $"is {length} bytes; at most {most} are read");
        }

        var content = new byte[length];
        await ReadAsync(0, content, cancellationToken);
        return content;
    }
}
