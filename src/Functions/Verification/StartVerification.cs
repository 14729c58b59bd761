using System.Globalization;
using AeServerless.Engine;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Http;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Verification;

/// <summary>Starts the verification of a run on request.</summary>
public sealed class StartVerification(ResultStore store, AppSettings settings)
{
    private const int DefaultSample = 8;
    private const int MaxSample = 100;

    /// <summary>POST /api/runs/{runId}/verify?sample=: compares the run's files with their hashes and a random sample of its chunks with new ones.</summary>
    [Function(nameof(StartVerification))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/verify")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var sample = Sample(request.Query["sample"]);
            var known = RunCatalog.IsRunId(runId) && await store.ExistsAsync(RunPaths.Run(runId), cancellationToken);
            var plan = known ? await store.ReadJsonAsync<RunPlan>(RunPaths.Plan(runId), cancellationToken) : null;
            if (plan is null)
            {
                throw Answers.NotFound($"run {runId}", "does not exist or is not complete: only a run that is complete can be verified");
            }

            var id = VerifyOrchestration.InstanceId(runId);
            if (await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellationToken) is not { IsCompleted: false })
            {
                var input = new VerifyRequest(runId, Choose(runId, plan, sample), settings.ChunksInFlight);
                await client.ScheduleNewOrchestrationInstanceAsync(
                    nameof(VerifyOrchestration), input, new StartOrchestrationOptions(InstanceId: id), cancellationToken);
            }

            request.HttpContext.Response.Headers.Location = $"/api/runs/{runId}/verify";
            var urls = await OrchestrationUrls.CreateAsync(client, id, context);
            return Answers.Json(new VerifyAnswer(OrchestrationRuntimeStatus.Pending, Report: null, Error: null, urls), StatusCodes.Status202Accepted);
        });

    private static IReadOnlyList<ChunkReference> Choose(string runId, RunPlan plan, int sample)
    {
        var chosen = new SortedSet<int>();
        while (chosen.Count < Math.Min(sample, plan.Chunks))
        {
            chosen.Add(Random.Shared.Next(plan.Chunks));
        }

        return [.. chosen.Select(chunk => new ChunkReference(runId, chunk / plan.GroupChunks, chunk % plan.GroupChunks, Verify: true))];
    }

    private static int Sample(string? text) => string.IsNullOrEmpty(text) ? DefaultSample
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sample) && sample <= MaxSample ? sample
        : throw new InvalidInputException("query parameter sample", $"must be a whole number from 0 to {MaxSample}");
}
