namespace AeServerless.Engine.IO;

/// <summary>
/// Writes to a temporary name and takes the file's name when it is complete: neither a writer that fails nor a killed process leaves an
/// incomplete file under that name.
/// </summary>
internal sealed class PartialFileStream(string path) : ResultStream
{
    public const string Suffix = ".partial";

    private const int BufferSize = 1 << 16;

    private readonly FileStream _file =
        new(path + Suffix, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);

    private bool _ended;

    public override bool CanRead => false;

    public override bool CanSeek => _file.CanSeek;

    public override bool CanWrite => _file.CanWrite;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => _file.Position = value;
    }

    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        await _file.FlushAsync(cancellationToken);
        await _file.DisposeAsync();
        _ended = true;
        File.Move(path + Suffix, path, overwrite: true);
    }

    public override void Flush() => _file.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _file.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    public override void SetLength(long value) => _file.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => _file.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _file.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _file.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _file.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _ended = true;
            _file.Dispose();
            File.Delete(path + Suffix);
        }

        base.Dispose(disposing);
    }
}
