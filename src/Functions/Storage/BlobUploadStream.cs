using System.IO.Pipelines;
using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Functions.Storage;

/// <summary>
/// Writes a blob of any size with a few blocks in memory, and hashes what passes. The blob appears, whole, when the stream is disposed
/// asynchronously; what an abandoned stream wrote never does.
/// </summary>
internal sealed class BlobUploadStream : WriteOnlyStream
{
    private const int BlockBytes = 4 << 20;

    private readonly BlobClient _client;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: BlockBytes, resumeWriterThreshold: BlockBytes / 2, useSynchronizationContext: false));
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationTokenSource _abandoned;
    private readonly Task _upload;
    private readonly Action<ResultFile> _completed;
    private readonly string _name;
    private long _length;
    private bool _disposed;

    public BlobUploadStream(BlobClient client, string name, Action<ResultFile> completed, CancellationToken cancellationToken)
    {
        (_client, _name, _completed) = (client, name, completed);
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _upload = UploadAsync(_abandoned.Token);
    }

    public override bool CanWrite => !_disposed;

    public override long Length => _length;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _hash.AppendData(buffer.Span);
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
            _completed(new ResultFile(_name, _length, Convert.ToHexStringLower(_hash.GetHashAndReset())));
        }
        finally
        {
            Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _abandoned.Cancel();
            _pipe.Writer.Complete(new OperationCanceledException());
            Release();
        }

        base.Dispose(disposing);
    }

    private void Release()
    {
        _hash.Dispose();
        _abandoned.Dispose();
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
                HttpHeaders = new BlobHttpHeaders { ContentType = ContentTypes.Of(_name) },
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
