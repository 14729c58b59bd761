using AeServerless.Contracts;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Verification;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Starts the verification of a run on request.</summary>
public sealed class StartVerification(ResultStore store, AppSettings settings)
{
    private const int DefaultSample = 8;
    private const int MaxSample = 100;

    /// <summary>
    /// POST /api/runs/{runId}/verify?sample=: compares the run's files with their hashes and a random sample of its chunks with new ones.
    /// </summary>
    [Function(nameof(StartVerification))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/verify")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var sample = request.Query.Integer("sample", DefaultSample, 0, MaxSample);
            var isComplete = RunIds.IsValid(runId) && await store.ExistsAsync(RunPaths.Run(runId), cancellationToken);
            var plan = isComplete ? await store.ReadJsonAsync<RunPlan>(RunPaths.Plan(runId), cancellationToken) : null;
            if (plan is null)
            {
                throw ErrorResponses.NotFound(
                    $"run {runId}", "does not exist or is not complete: only a run that is complete can be verified");
            }

            var id = VerifyOrchestration.InstanceId(runId);
            if (await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellationToken) is not { IsCompleted: false })
            {
                var input = new VerifyRequest(runId, Choose(runId, plan, sample), settings.ChunksInFlight);
                await client.ScheduleNewOrchestrationInstanceAsync(
                    nameof(VerifyOrchestration), input, new StartOrchestrationOptions(InstanceId: id), cancellationToken);
            }

            request.HttpContext.Response.Headers.Location = $"/api/runs/{runId}/verify";
            var urls = await OrchestrationAddresses.CreateAsync(client, id, context);
            return JsonResponse.Create(
                new JobResponse<VerificationReport>(RunStatus.Pending, Report: null, Error: null, urls), StatusCodes.Status202Accepted);
        });

    private static IReadOnlyList<ChunkReference> Choose(string runId, RunPlan plan, int sample)
    {
        var chosen = new SortedSet<int>();
        while (chosen.Count < Math.Min(sample, plan.Chunks))
        {
            chosen.Add(Random.Shared.Next(plan.Chunks));
        }

        return [.. chosen.Select(chunk => new ChunkReference(runId, chunk / plan.GroupChunks, chunk % plan.GroupChunks))];
    }
}
