using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AeServerless.Functions.Blobs;

/// <summary>
/// A right that one process at a time has: the lease of an empty blob, renewed until it is given back. Of a process that is gone it ends
/// within a minute.
/// </summary>
internal sealed class WriteLease : IAsyncDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly BlobClient _blob;
    private readonly BlobLeaseClient _lease;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _given = new();
    private readonly Task _renewing;

    private WriteLease(BlobClient blob, BlobLeaseClient lease)
    {
        (_blob, _lease) = (blob, lease);
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled where the lease was lost before it was given back.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lease; waits while another process has it.</summary>
    /// <exception cref="StorageException">Storage is in trouble.</exception>
    public static async Task<WriteLease> TakeAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await CreateAsync(blob, cancellationToken);
                var lease = blob.GetBlobLeaseClient();
                await lease.AcquireAsync(Duration, cancellationToken: cancellationToken);
                return new WriteLease(blob, lease);
            }
            catch (RequestFailedException error) when (StorageErrors.IsMissing(error))
            {
                // Whoever had the lease gave it back, and removed the blob.
            }
            catch (RequestFailedException error) when (StorageErrors.PreconditionFailed(error))
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (RequestFailedException error)
            {
                throw StorageErrors.Of($"{blob.BlobContainerName}/{blob.Name}", error);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _given.CancelAsync();
        await _renewing;
        try
        {
            await _blob.DeleteIfExistsAsync(conditions: new BlobRequestConditions { LeaseId = _lease.LeaseId });
        }
        catch (RequestFailedException)
        {
            // The lease ends by itself.
        }

        _given.Dispose();
        _lost.Dispose();
    }

    private static async Task CreateAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var absent = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await blob.UploadAsync(BinaryData.Empty, absent, cancellationToken);
        }
        catch (RequestFailedException error) when (StorageErrors.PreconditionFailed(error))
        {
            // It is there.
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal);
        var failures = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_given.Token))
            {
                try
                {
                    await _lease.RenewAsync(cancellationToken: _given.Token);
                    failures = 0;
                }
                catch (RequestFailedException error)
                {
                    // Storage in trouble may be there again before the lease ends.
                    if (StorageErrors.IsMissing(error) || StorageErrors.PreconditionFailed(error)
                        || ++failures * Renewal >= Duration - Renewal)
                    {
                        await _lost.CancelAsync();
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is given back.
        }
    }
}
