using System.Diagnostics.Metrics;
using AeServerless.EmbeddedHost.Activities;
using AeServerless.EmbeddedHost.Blobs;
using AeServerless.EmbeddedHost.Functions;
using AeServerless.EmbeddedHost.Http;
using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Ownership;
using AeServerless.EmbeddedHost.Storage;
using AeServerless.EmbeddedHost.Timers;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Hosting;

/// <summary>Starts the parts of the host in the order in which they need each other, and stops them in the other.</summary>
internal sealed class HostRuntime(
    HostSettings settings,
    FunctionCatalog catalog,
    HubStorage storage,
    HubLease lease,
    CommitGuard guard,
    HostKey key,
    OrchestrationEngine engine,
    ActivityQueue activities,
    ActivityWorkers workers,
    DurableTimers timers,
    BlobTriggers blobTriggers,
    TimerTriggers timerTriggers,
    IMeterFactory meters,
    TimeProvider time,
    ILogger<HostRuntime> logger)
{
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Waits for storage and for the ownership of the hub, then goes on with what is unfinished.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        timerTriggers.Validate();
        blobTriggers.Validate();
        logger.FunctionsFound(string.Join(", ", catalog.All.OrderBy(function => function.Kind).ThenBy(function => function.Name, StringComparer.Ordinal)
            .Select(function => $"{function.Name} ({function.Kind.ToString().ToLowerInvariant()})")));
        if (catalog.Disabled.Count > 0)
            logger.FunctionsDisabled(string.Join(", ", catalog.Disabled));
        logger.HubOpened(settings.HubName, storage.Account, settings.MaxActivities, settings.MaxOrchestrators);
        logger.KeyFile(key.Path);

        await storage.EnsureAsync(cancellationToken);

        // A start is no time to give up: storage may be as far from up as this host.
        await StorageFaults.RetryAsync(() => lease.AcquireAsync(cancellationToken), "take the task hub", time, logger, cancellationToken);
        guard.Watch(() => lease.IsHeld);

        // The factory ends the meter with the host.
        var meter = meters.Create(HostTelemetry.Name);
        meter.CreateObservableGauge("aeserverless.activities.pending", () => activities.Pending, "{activity}", "Activities that wait.");
        meter.CreateObservableGauge("aeserverless.activities.running", () => activities.Running, "{activity}", "Activities that run.");
        meter.CreateObservableGauge("aeserverless.instances.active", () => engine.InMemory, "{instance}", "Orchestration instances in memory.");
        engine.Start();
        logger.Recovered(await StorageFaults.RetryAsync(
            () => engine.RecoverAsync(cancellationToken), "find what is unfinished", time, logger, cancellationToken));
    }

    /// <summary>Takes work. Comes after the host listens, since functions may ask for its address.</summary>
    public void TakeWork()
    {
        workers.Start();
        timerTriggers.Start();
        blobTriggers.Start();
    }

    /// <summary>Takes no more work, and finishes or hands back what is in flight.</summary>
    public async Task DrainAsync()
    {
        logger.Draining(settings.DrainTimeout.TotalSeconds, activities.Running);
        timers.Stop();
        var triggers = Task.WhenAll(blobTriggers.StopAsync(settings.DrainTimeout), timerTriggers.StopAsync(settings.DrainTimeout));
        var handedBack = await workers.StopAsync(settings.DrainTimeout);
        await triggers;

        // Answers that came last are committed; what can't be, for want of storage, is not waited for.
        await Task.WhenAny(engine.IdleAsync(), Task.Delay(SettleTimeout));
        engine.Stop();
        await Task.WhenAny(engine.IdleAsync(), Task.Delay(SettleTimeout));
        logger.Drained(handedBack + activities.Pending);
    }
}
