using AeServerless.EmbeddedHost.Hosting;
using AeServerless.EmbeddedHost.Storage;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Ownership;

/// <summary>
/// The lease that makes one process the owner of a task hub. Its blob says which process that is, so that a host that starts after a
/// crash on the same machine need not wait for the lease to end.
/// </summary>
internal sealed class HubLease(BlobContainerClient container, HostSettings settings, ProcessIdentity self, TimeProvider time, ILogger<HubLease> logger)
    : IDisposable
{
    private const int RefusalsToBelieve = 3;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly BlobClient _blob = container.GetBlobClient("owner");

    // One id for every attempt: asking again for a lease whose grant got lost on the way is granted.
    private readonly string _leaseId = Guid.NewGuid().ToString();
    private BlobLeaseClient? _lease;
    private Task _renewing = Task.CompletedTask;
    private long _renewedAt;

    /// <summary>Called when the lease is lost: nothing may be written after that.</summary>
    public Action<string> Lost { get; set; } = static reason => Environment.FailFast(reason);

    /// <summary>Whether the lease is certain still to hold.</summary>
    public bool IsHeld => _lease is not null && time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < settings.LeaseDuration;

    /// <summary>Waits until this process owns the hub.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        await EnsureBlobAsync(cancellationToken);
        string? announced = null;
        while (!await TryAcquireAsync(cancellationToken))
        {
            var owner = await ReadOwnerAsync(cancellationToken);
            if (owner.Identity is { IsKnownDead: true } dead)
            {
                logger.DeadOwner(settings.HubName, dead.Display);
                if (await TryBreakAsync(owner.ETag, cancellationToken))
                    continue;
            }

            var display = owner.Identity?.Display ?? "another process";
            if (announced != display)
                logger.WaitingForOwnership(settings.HubName, announced = display);
            await Task.Delay(AskAgainAfter, time, cancellationToken);
        }

        logger.OwnershipTaken(settings.HubName);
        _renewing = RenewAsync();
    }

    /// <summary>Gives the hub up.</summary>
    public async Task ReleaseAsync()
    {
        await AbandonAsync();
        if (_lease is { } lease)
        {
            _lease = null;
            try
            {
                await lease.ReleaseAsync();
            }
            catch (RequestFailedException e)
            {
                logger.RenewalFailed(settings.HubName, e.ErrorCode ?? e.Message);
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Stops renewing without giving the hub up, as a process does that ends at once.</summary>
    internal async Task AbandonAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
    }

    private async Task EnsureBlobAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _blob.UploadAsync(BinaryData.Empty, new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
        }
    }

    private async Task<bool> TryAcquireAsync(CancellationToken cancellationToken)
    {
        var lease = _blob.GetBlobLeaseClient(_leaseId);
        var asked = time.GetTimestamp();
        try
        {
            await lease.AcquireAsync(settings.LeaseDuration, cancellationToken: cancellationToken);

            // Until this is written the blob names the owner before, who may be dead: whoever breaks the lease on that ground makes this
            // fail. Once it is written, breaking on that ground fails, for the blob's version has changed.
            await _blob.SetMetadataAsync(self.ToMetadata(), new() { LeaseId = lease.LeaseId }, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }

        Volatile.Write(ref _renewedAt, asked);
        _lease = lease;
        return true;
    }

    private async Task<(ProcessIdentity? Identity, ETag ETag)> ReadOwnerAsync(CancellationToken cancellationToken)
    {
        var properties = await _blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        return (ProcessIdentity.FromMetadata(properties.Value.Metadata), properties.Value.ETag);
    }

    private async Task<bool> TryBreakAsync(ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            await _blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, new() { IfMatch = etag }, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private async Task RenewAsync()
    {
        var pause = settings.LeaseDuration / 3;
        for (var refusals = 0; refusals < RefusalsToBelieve;)
        {
            try
            {
                await Task.Delay(pause, time, _stop.Token);
                pause = AskAgainAfter;
                await RenewOnceAsync();
                refusals = 0;
                pause = settings.LeaseDuration / 3;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                // Something between may have made it up; the lease's own refusal stays.
                refusals++;
                logger.RenewalFailed(settings.HubName, e.ErrorCode ?? e.Message);
            }
            catch (Exception e) when (StorageFaults.IsStorage(e) || e is OperationCanceledException)
            {
                // While nobody else can reach storage either, the lease can be renewed even after its end. Until then nothing is written.
                logger.RenewalFailed(settings.HubName, e.Message);
                if (!IsHeld)
                    logger.LeaseRanOut(settings.HubName);
            }
        }

        Lost($"The lease on task hub {settings.HubName} was lost: another host may own it. This process ends, so that it writes nothing more.");
    }

    private async Task RenewOnceAsync()
    {
        // A request without an answer must not take the time in which another would get one.
        using var patience = new CancellationTokenSource(settings.LeaseDuration / 3, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, patience.Token);
        var asked = time.GetTimestamp();
        await _lease!.RenewAsync(cancellationToken: either.Token);
        Volatile.Write(ref _renewedAt, asked);
    }
}
