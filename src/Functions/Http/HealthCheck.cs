using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Http;

/// <summary>Finds out whether the function app can work.</summary>
public sealed class HealthCheck(ResultStore results, AppSettings settings, ILogger<HealthCheck> logger)
{
    // A health check that hangs says nothing: storage that takes longer is as good as unreachable.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks storage and the hub.</summary>
    public async Task<HealthAnswer> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var device = settings.EngineDevice.ToString().ToLowerInvariant();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await results.EnsureCreatedAsync(patience.Token);
            await results.ExistsAsync("health", patience.Token);
            var (pending, running) = await CountAsync(client, patience.Token);
            return new HealthAnswer(Healthy: true, "reachable", device, Versions.Product, pending, running);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.StorageUnreachable(logger, error.Message);
            return new HealthAnswer(Healthy: false, "unreachable", device, Versions.Product, RunsPending: null, RunsRunning: null);
        }
    }

    private static async Task<(int Pending, int Running)> CountAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(
            Statuses: [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running], InstanceIdPrefix: "run-", FetchInputsAndOutputs: false);
        var (pending, running) = (0, 0);
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            if (!RunCatalog.IsRunId(instance.InstanceId))
            {
                continue;
            }

            _ = instance.RuntimeStatus == OrchestrationRuntimeStatus.Pending ? pending++ : running++;
        }

        return (pending, running);
    }
}
