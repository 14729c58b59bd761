using AeServerless.Contracts;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Lists runs.</summary>
public sealed class ListRuns(RunCatalog runs)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary>GET /api/runs?status=&amp;dataset=&amp;limit=: the newest first.</summary>
    [Function(nameof(ListRuns))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var status = request.Query.Choice<RunStatus>("status");
            var limit = request.Query.Integer("limit", DefaultLimit, 1, MaxLimit);
            return JsonResponse.Create(new RunListResponse(
                await runs.ListAsync(client, status, request.Query["dataset"], limit, cancellationToken)));
        });
}
