using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Cleanup;

/// <summary>Tells how the latest cleanup is doing.</summary>
public sealed class GetCleanup
{
    /// <summary>GET /api/gc.</summary>
    [Function(nameof(GetCleanup))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "gc")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var instance = await client.GetInstanceAsync(CleanupOrchestration.InstanceId, getInputsAndOutputs: true, cancellationToken)
                ?? throw Answers.NotFound("cleanup", "there was none yet; POST /api/gc starts one");
            var error = instance.FailureDetails is { } details ? new Failure("cleanup", details.ErrorMessage) : null;
            var report = instance is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: not null }
                ? instance.ReadOutputAs<CleanupReport>()
                : null;
            return Answers.Json(new CleanupAnswer(instance.RuntimeStatus, report, error, StatusUrls: null));
        });
}
