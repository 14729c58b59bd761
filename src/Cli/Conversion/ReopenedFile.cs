using AeServerless.Engine.IO;

namespace AeServerless.Cli.Conversion;

/// <summary>A file that is open only while it is read: datasets have thousands of them.</summary>
internal sealed class ReopenedFile : IByteSource
{
    private readonly string _path;

    public ReopenedFile(string path)
    {
        _path = path;
        using var opened = new FileByteSource(path);
        Length = opened.Length;
    }

    public string Name => _path;

    public long Length { get; }

    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        using var opened = new FileByteSource(_path);
        await opened.ReadAsync(offset, destination, cancellationToken);
    }
}
