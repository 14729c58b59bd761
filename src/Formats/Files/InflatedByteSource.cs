using System.IO.Compression;
using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Formats.Files;

/// <summary>
/// What a deflated source holds. It is inflated as it is read, never more than is asked for; a read before the last one starts again from
/// the front.
/// </summary>
internal sealed class InflatedByteSource(IByteSource deflated, long length) : IByteSource, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _skipped = new byte[1 << 14];
    private DeflateStream? _stream;
    private long _position;

    public string Name => deflated.Name;

    public long Length => length;

    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, length - offset);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_stream is null || offset < _position)
            {
                Restart();
            }

            while (_position < offset)
            {
                await FillAsync(_skipped.AsMemory(0, (int)Math.Min(_skipped.Length, offset - _position)), cancellationToken);
            }

            await FillAsync(destination, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _turn.Dispose();
    }

    private void Restart()
    {
        _stream?.Dispose();
        _stream = new DeflateStream(new ByteSourceStream(deflated), CompressionMode.Decompress);
        _position = 0;
    }

    private async Task FillAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await _stream!.ReadExactlyAsync(destination, cancellationToken);
            _position += destination.Length;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // What was read of it is lost: the next read starts again.
            _position = long.MaxValue;
            throw new InvalidInputException(Name, $"can't be inflated to the {length} bytes that it claims");
        }
    }
}
