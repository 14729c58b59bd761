using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Tells how a run is doing.</summary>
public sealed class GetRun(RunCatalog runs)
{
    /// <summary>GET /api/runs/{runId}.</summary>
    [Function(nameof(GetRun))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
            JsonResponse.Create(await runs.FindAsync(client, runId, cancellationToken) ?? throw ErrorResponses.UnknownRun(runId)));
}
