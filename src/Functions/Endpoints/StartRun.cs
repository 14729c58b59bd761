using AeServerless.Contracts;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Starts a run on request.</summary>
public sealed class StartRun(RunStarter starter, RequestedRuns requested)
{
    /// <summary>POST /api/runs: the run of a recipe over a dataset. The same request gets the same run.</summary>
    [Function(nameof(StartRun))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var (dataset, recipeName, recipe) = await requested.ReadAsync(request, cancellationToken);
            var run = await starter.StartAsync(client, dataset, recipeName, recipe, RunCause.Http, cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/runs/{run.RunId}";
            var urls = await OrchestrationAddresses.CreateAsync(client, run.RunId, context);
            return JsonResponse.Create(new RunStartResponse(run.RunId, run.Status, run.Started, urls), StatusCodes.Status202Accepted);
        });
}
