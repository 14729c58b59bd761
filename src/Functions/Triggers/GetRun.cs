using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Triggers;

/// <summary>Tells how a run is doing.</summary>
public sealed class GetRun(RunCatalog runs)
{
    /// <summary>GET /api/runs/{runId}.</summary>
    [Function(nameof(GetRun))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answers.Async(async () =>
            Answers.Json(await runs.FindAsync(client, runId, cancellationToken) ?? throw UnknownRun.Error(runId)));
}
