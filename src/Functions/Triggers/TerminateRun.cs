using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Triggers;

/// <summary>Ends a run before it is done.</summary>
public sealed class TerminateRun(RunCatalog runs)
{
    private const string Reason = "terminated on request";

    /// <summary>DELETE /api/runs/{runId}. What its chunks have written stays, and the same request continues from there.</summary>
    [Function(nameof(TerminateRun))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "runs/{runId}")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var run = await runs.FindAsync(client, runId, cancellationToken) ?? throw UnknownRun.Error(runId);
            if (run.Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated)
            {
                throw new RequestException(StatusCodes.Status409Conflict, new Failure($"run {runId}", $"is {run.Status.ToString().ToLowerInvariant()} already"));
            }

            // A group does not end with its run.
            var instance = await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken);
            await client.TerminateInstanceAsync(runId, (object)Reason, cancellationToken);
            foreach (var group in instance is null ? [] : RunCatalog.Progress(instance).Groups)
            {
                await client.TerminateInstanceAsync(group, (object)Reason, cancellationToken);
            }

            return Answers.Json(run with { Status = OrchestrationRuntimeStatus.Terminated }, StatusCodes.Status202Accepted);
        });
}
