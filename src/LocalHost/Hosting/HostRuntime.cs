using System.Diagnostics.Metrics;
using AeServerless.LocalHost.Durable;
using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Settings;
using AeServerless.LocalHost.Storage;
using AeServerless.LocalHost.Triggers;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Hosting;

/// <summary>Starts the parts of the host in the order in which they need each other, and stops them in the other.</summary>
internal sealed class HostRuntime(
    HostSettings settings,
    FunctionCatalog catalog,
    HubStorage storage,
    TaskHub hub,
    FunctionTasks tasks,
    TriggerListener triggers,
    IMeterFactory meters,
    ILogger<HostRuntime> logger)
{
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Checks the functions, waits for storage and makes the hub.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        triggers.Validate();
        logger.FunctionsFound(
            string.Join(", ", catalog.All.OrderBy(function => function.Kind).ThenBy(function => function.Name, StringComparer.Ordinal)
            .Select(function => $"{function.Name} ({function.Kind.ToString().ToLowerInvariant()})")));
        if (catalog.Disabled.Count > 0)
        {
            logger.FunctionsDisabled(string.Join(", ", catalog.Disabled));
        }

        logger.HubOpened(settings.HubName, storage.Account, settings.Role, settings.MaxActivities, settings.MaxOrchestrators);
        await storage.EnsureAsync(hub.CreateAsync, cancellationToken);

        // The factory ends the meter with the host.
        meters.Create(HostTelemetry.Name).CreateObservableGauge(
            "aeserverless.activities.running", () => tasks.Running, "{activity}", "Activities that run.");
    }

    /// <summary>Takes work. Comes after the host listens, since functions may ask for its address.</summary>
    public async Task TakeWorkAsync(CancellationToken cancellationToken)
    {
        await storage.WaitForStorageAsync(hub.StartAsync, cancellationToken);
        if (settings.Role != HostRole.Worker)
        {
            triggers.Start();
        }
    }

    /// <summary>Takes no more work, and finishes or hands back what is in flight.</summary>
    public async Task DrainAsync()
    {
        logger.Draining(settings.DrainTimeout.TotalSeconds, tasks.Running);
        var stopping = Task.WhenAll(hub.StopAsync(), triggers.StopAsync(settings.DrainTimeout));
        if (await Task.WhenAny(stopping, Task.Delay(settings.DrainTimeout)) != stopping)
        {
            await tasks.HandBackAsync();
            await Task.WhenAny(stopping, Task.Delay(SettleTimeout));
        }

        logger.Drained();
    }
}
