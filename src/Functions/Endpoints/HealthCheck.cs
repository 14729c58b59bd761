using AeServerless.Contracts;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Endpoints;

/// <summary>Finds out whether the function app can work.</summary>
public sealed class HealthCheck(ResultStore results, AppSettings settings, ILogger<HealthCheck> logger)
{
    // A health check that hangs says nothing: storage that takes longer is as good as unreachable.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks storage and the hub, as the requests of users would.</summary>
    public async Task<HealthResponse> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var storage = await TryAsync("storage", () => results.EnsureCreatedAsync(patience.Token), patience.Token, cancellationToken);
        (int Pending, int Running)? counts = null;
        var hub = await TryAsync(
            "task hub", async () => counts = await CountAsync(client, patience.Token), patience.Token, cancellationToken);
        var device = settings.EngineDevice.ToString();
        return new HealthResponse(storage && hub, Word(storage), Word(hub), device, Versions.Product, counts?.Pending, counts?.Running);
    }

    private static string Word(bool reachable) => reachable ? "reachable" : "unreachable";

    private static async Task<(int Pending, int Running)> CountAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(
            Statuses: [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running],
            InstanceIdPrefix: RunIds.Prefix,
            FetchInputsAndOutputs: false);
        var (pending, running) = (0, 0);
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            if (!RunIds.IsValid(instance.InstanceId))
            {
                continue;
            }

            if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Pending)
            {
                pending++;
            }
            else
            {
                running++;
            }
        }

        return (pending, running);
    }

    // The wait is cancelled and not the work alone: the durable engine's own retries go on after the token is cancelled.
    private async Task<bool> TryAsync(string what, Func<Task> ask, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            await ask().WaitAsync(patience);
            return true;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unreachable(logger, what, error.Message);
            return false;
        }
    }
}
