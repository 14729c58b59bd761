using AeServerless.Contracts;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Tells how the latest cleanup is doing.</summary>
public sealed class GetCleanup
{
    /// <summary>GET /api/gc.</summary>
    [Function(nameof(GetCleanup))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "gc")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var instance = await client.GetInstanceAsync(CleanupOrchestration.InstanceId, getInputsAndOutputs: true, cancellationToken)
                ?? throw ErrorResponses.NotFound("cleanup", "there was none yet; POST /api/gc starts one");
            var error = instance.FailureDetails is { } details ? new Failure("cleanup", details.ErrorMessage) : null;
            var isDone = instance is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: not null };
            var report = isDone ? instance.ReadOutputAs<CleanupReport>() : null;
            return JsonResponse.Create(
                new JobResponse<CleanupReport>(instance.RuntimeStatus.ToContract(), report, error, StatusUrls: null));
        });
}
