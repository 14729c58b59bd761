using AeServerless.Contracts;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

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
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var run = await runs.FindAsync(client, runId, cancellationToken) ?? throw ErrorResponses.UnknownRun(runId);
            if (run.Status.IsOver())
            {
                var failure = new Failure($"run {runId}", $"is {run.Status.ToString().ToLowerInvariant()} already");
                throw new RequestException(StatusCodes.Status409Conflict, failure);
            }

            // A group does not end with its run.
            var instance = await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken);
            await client.TerminateInstanceAsync(runId, (object)Reason, cancellationToken);
            foreach (var group in instance is null ? [] : RunCatalog.Progress(instance).Groups)
            {
                await client.TerminateInstanceAsync(group, (object)Reason, cancellationToken);
            }

            return JsonResponse.Create(run with { Status = RunStatus.Terminated }, StatusCodes.Status202Accepted);
        });
}
