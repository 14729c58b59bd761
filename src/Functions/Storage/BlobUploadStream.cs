using System.IO.Pipelines;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Functions.Storage;

/// <summary>
/// Writes a blob of any size with a few blocks in memory. The blob appears, whole, when the stream is disposed asynchronously; what an
/// abandoned stream wrote never does.
/// </summary>
internal sealed class BlobUploadStream : WriteOnlyStream
{
    private const int BlockBytes = 4 << 20;
    private const int SegmentBytes = 64 << 10;

    private readonly BlobClient _client;
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: BlockBytes, resumeWriterThreshold: BlockBytes / 2, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    private readonly CancellationTokenSource _abandoned;
    private readonly Task _upload;
    private long _length;
    private bool _disposed;

    public BlobUploadStream(BlobClient client, CancellationToken cancellationToken)
    {
        _client = client;
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _upload = UploadAsync(_abandoned.Token);
    }

    public override bool CanWrite => !_disposed;

    public override long Length => _length;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _length += buffer.Length;
        if ((await _pipe.Writer.WriteAsync(buffer, cancellationToken)).IsCompleted)
        {
            // The reader stops early only by failing.
            await _upload;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _pipe.Writer.CompleteAsync();
        try
        {
            await _upload;
        }
        finally
        {
            _abandoned.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _abandoned.Cancel();
            _pipe.Writer.Complete(new OperationCanceledException());
            _abandoned.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task UploadAsync(CancellationToken cancellationToken)
    {
        var path = $"{_client.BlobContainerName}/{_client.Name}";
        using var span = Telemetry.Source.StartActivity("upload");
        span?.SetTag("blob", path);
        Exception? failure = null;
        try
        {
            var options = new BlobUploadOptions
            {
                TransferOptions = new StorageTransferOptions { InitialTransferSize = BlockBytes, MaximumTransferSize = BlockBytes, MaximumConcurrency = 2 },
                HttpHeaders = new BlobHttpHeaders { ContentType = ContentTypes.Of(_client.Name) },
            };
            await _client.UploadAsync(_pipe.Reader.AsStream(leaveOpen: true), options, cancellationToken);
            Telemetry.UploadedBytes.Add(_length);
        }
        catch (RequestFailedException error)
        {
            failure = StorageErrors.Of(path, error);
            throw failure;
        }
        finally
        {
            await _pipe.Reader.CompleteAsync(failure);
        }
    }
}
