using AeServerless.Contracts;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Tells what the latest verification of a run has found.</summary>
public sealed class GetVerification
{
    /// <summary>GET /api/runs/{runId}/verify.</summary>
    [Function(nameof(GetVerification))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/verify")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var id = VerifyOrchestration.InstanceId(runId);
            var instance = RunIds.IsValid(runId) ? await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken) : null;
            if (instance is null)
            {
                throw ErrorResponses.NotFound($"verification of {runId}", "there was none yet; POST to the same address starts one");
            }

            var error = instance.FailureDetails is { } details ? new Failure("verification", details.ErrorMessage) : null;
            return JsonResponse.Create(
                new JobResponse<VerificationReport>(instance.RuntimeStatus.ToContract(), Report(instance), error, StatusUrls: null));
        });

    private static VerificationReport? Report(OrchestrationMetadata instance) =>
        instance is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: not null }
            ? instance.ReadOutputAs<VerificationReport>()
            : instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<VerificationReport>();
}
