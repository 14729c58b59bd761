using AeServerless.Engine.IO;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AeServerless.Functions.Blobs;

/// <summary>
/// Writes a blob of any size with two blocks in memory: one is filled while the other is sent. The blob appears, whole, when it is
/// complete; what an abandoned stream wrote never does.
/// </summary>
internal sealed class BlobUploadStream : WriteOnlyStream
{
    private const int BlockBytes = 8 << 20;

    private readonly BlockBlobClient _client;
    private readonly Guid _series;
    private readonly CancellationTokenSource _abandoned;
    private readonly List<string> _blocks = [];
    private byte[] _block = LargeArrays<byte>.Pool.Rent(BlockBytes);
    private byte[]? _other;
    private int _filled;
    private Task _sending = Task.CompletedTask;
    private long _length;
    private bool _ended;

    /// <summary>Writes the blob of <paramref name="client"/>.</summary>
    /// <param name="client">The blob.</param>
    /// <param name="cancellationToken">Abandons the stream.</param>
    /// <param name="series">
    /// What names the stream's blocks apart from those of others: two streams of one series to one blob may complete each other's blocks,
    /// which is right where they write the same bytes.
    /// </param>
    public BlobUploadStream(BlockBlobClient client, CancellationToken cancellationToken, Guid series = default)
    {
        (_client, _series) = (client, series);
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    public override bool CanWrite => !_ended;

    public override long Length => _length;

    private string Path => $"{_client.BlobContainerName}/{_client.Name}";

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _length += buffer.Length;
        while (true)
        {
            var count = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..count].CopyTo(_block.AsMemory(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (buffer.IsEmpty)
            {
                return;
            }

            await _sending;
            _sending = StageAsync(_block, _filled);
            (_block, _other, _filled) = (_other ?? LargeArrays<byte>.Pool.Rent(BlockBytes), _block, 0);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="StorageException">Storage did not take the blob.</exception>
    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        await _sending.WaitAsync(cancellationToken);
        _sending = CommitAsync();
        await _sending.WaitAsync(cancellationToken);
        _ended = true;
        _abandoned.Dispose();
        ReturnBlocks();
        Telemetry.UploadedBytes.Add(_length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            // A block may still be on its way: its memory is in use until the sending has ended. What becomes of it concerns nobody.
            _ended = true;
            _abandoned.Cancel();
            _abandoned.Dispose();
            _sending.ContinueWith(
                sending =>
                {
                    _ = sending.Exception;
                    ReturnBlocks();
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }

        base.Dispose(disposing);
    }

    private void ReturnBlocks()
    {
        LargeArrays<byte>.Pool.Return(_block);
        if (_other is not null)
        {
            LargeArrays<byte>.Pool.Return(_other);
        }
    }

    private async Task CommitAsync()
    {
        var headers = new BlobHttpHeaders { ContentType = ContentTypes.Of(_client.Name) };
        if (_blocks.Count == 0)
        {
            await SendAsync(
                _block,
                _filled,
                content => _client.UploadAsync(content, new BlobUploadOptions { HttpHeaders = headers }, _abandoned.Token));
            return;
        }

        await StageAsync(_block, _filled);
        await SendAsync(
            [], 0, _ => _client.CommitBlockListAsync(_blocks, new CommitBlockListOptions { HttpHeaders = headers }, _abandoned.Token));
    }

    private Task StageAsync(byte[] block, int count)
    {
        var id = Convert.ToBase64String([.. _series.ToByteArray(), .. BitConverter.GetBytes(_blocks.Count)]);
        _blocks.Add(id);
        return SendAsync(block, count, content => _client.StageBlockAsync(id, content, cancellationToken: _abandoned.Token));
    }

    private async Task SendAsync(byte[] block, int count, Func<Stream, Task> send)
    {
        using var span = Telemetry.Source.StartActivity("upload");
        span?.SetTag("blob", Path).SetTag("bytes", count);
        try
        {
            await send(new MemoryStream(block, 0, count, writable: false));
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path, error);
        }
    }
}
