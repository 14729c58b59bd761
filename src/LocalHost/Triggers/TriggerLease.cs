using AeServerless.LocalHost.Settings;
using AeServerless.LocalHost.Storage;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Triggers;

/// <summary>
/// Makes one host of a hub watch blobs and ring timers. The one that does changes a row every few seconds; a host that has seen the row
/// unchanged for longer takes its place. Each measures by its own clock how long it was unchanged, so clocks need not agree.
/// </summary>
internal sealed class TriggerLease(HubStorage storage, HostSettings settings, TimeProvider time, ILogger<TriggerLease> logger)
{
    private const string Partition = "lease";
    private const string Row = "triggers";

    // Who does not come to renew gives up before another can have taken over, and that is well within 15 s.
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan TakeOverAfter = TimeSpan.FromSeconds(10);

    private ETag _held;

    /// <summary>Waits until this host is the one.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        ETag? seen = null;
        var since = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var row = await storage.Triggers.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
                if (!row.HasValue)
                {
                    await TakeAsync(() => storage.Triggers.AddEntityAsync(Beat(), cancellationToken));
                    return;
                }

                if (seen != row.Value!.ETag)
                {
                    seen = row.Value.ETag;
                    since = time.GetTimestamp();
                }

                // It is this host's own where the answer to its last renewal was lost.
                if (time.GetElapsedTime(since) > TakeOverAfter || IsOwn(row.Value))
                {
                    await TakeAsync(
                        () => storage.Triggers.UpdateEntityAsync(Beat(), seen.Value, TableUpdateMode.Replace, cancellationToken));
                    return;
                }
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                // Another host was first.
            }
            catch (Exception e) when (StorageFaults.IsStorage(e))
            {
                logger.TriggerLeaseFailed(e);
            }

            await Task.Delay(RenewEvery, time, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Stays the one until told to stop, or until that is not certain any more.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(RenewEvery, time, cancellationToken);
            var asked = time.GetTimestamp();
            try
            {
                // A request without an answer must not outlast the lease.
                using var patience = new CancellationTokenSource(GiveUpAfter, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
                var answer = await storage.Triggers.UpdateEntityAsync(Beat(), _held, TableUpdateMode.Replace, either.Token);
                _held = answer.Headers.ETag ?? default;
                renewed = asked;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                logger.TriggersLost();
                return;
            }
            catch (Exception e) when (
                !cancellationToken.IsCancellationRequested && (StorageFaults.IsStorage(e) || e is OperationCanceledException))
            {
                logger.TriggerLeaseFailed(e);
            }

            if (time.GetElapsedTime(renewed) > GiveUpAfter)
            {
                logger.TriggersLost();
                return;
            }
        }
    }

    /// <summary>Lets another host take over at once.</summary>
    public async Task ReleaseAsync()
    {
        try
        {
            var row = await storage.Triggers.GetEntityIfExistsAsync<TableEntity>(Partition, Row);
            if (row.HasValue && IsOwn(row.Value!))
            {
                await storage.Triggers.DeleteEntityAsync(Partition, Row, row.Value!.ETag);
            }
        }
        catch (Exception e) when (StorageFaults.IsStorage(e))
        {
            // Lost already, or found out by the others from the row's silence.
        }
    }

    private async Task TakeAsync(Func<Task<Response>> take)
    {
        var answer = await take();
        _held = answer.Headers.ETag ?? default;
        logger.TriggersTaken();
    }

    private bool IsOwn(TableEntity row) => row.GetString("Owner") == settings.HostId;

    private TableEntity Beat() => new(Partition, Row) { ["Owner"] = settings.HostId, ["Beat"] = Guid.NewGuid().ToString("N") };
}
