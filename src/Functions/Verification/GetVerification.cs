using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Verification;

/// <summary>Tells what the latest verification of a run has found.</summary>
public sealed class GetVerification
{
    /// <summary>GET /api/runs/{runId}/verify.</summary>
    [Function(nameof(GetVerification))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/verify")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var id = VerifyOrchestration.InstanceId(runId);
            var instance = RunCatalog.IsRunId(runId) ? await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken) : null;
            if (instance is null)
            {
                throw Answers.NotFound($"verification of {runId}", "there was none yet; POST to the same address starts one");
            }

            var error = instance.FailureDetails is { } details ? new Failure("verification", details.ErrorMessage) : null;
            return Answers.Json(new VerifyAnswer(instance.RuntimeStatus, Report(instance), error, StatusUrls: null));
        });

    private static VerifyReport? Report(OrchestrationMetadata instance) =>
        instance is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: not null } ? instance.ReadOutputAs<VerifyReport>()
        : instance.SerializedCustomStatus is not null ? instance.ReadCustomStatusAs<VerifyReport>()
        : null;
}
