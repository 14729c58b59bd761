using AeServerless.Contracts;
using AeServerless.Functions.Cleanup;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Starts a cleanup on request.</summary>
public sealed class StartCleanup(AppSettings settings)
{
    private const int MaxDays = 36_500;

    /// <summary>
    /// POST /api/gc?apply=&amp;retentionDays=: removes results that no kept run refers to; without apply=true it says what it would remove.
    /// </summary>
    [Function(nameof(StartCleanup))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "gc")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var options = new CleanupOptions(
                request.Query.Switch("apply"), request.Query.Integer("retentionDays", settings.RetentionDays, 0, MaxDays));
            if (!await CleanupStarter.StartAsync(client, options, cancellationToken))
            {
                throw new RequestException(
                    StatusCodes.Status409Conflict, new Failure("cleanup", "is under way; GET /api/gc tells how it is doing"));
            }

            request.HttpContext.Response.Headers.Location = "/api/gc";
            var urls = await OrchestrationAddresses.CreateAsync(client, CleanupOrchestration.InstanceId, context);
            return JsonResponse.Create(
                new JobResponse<CleanupReport>(RunStatus.Pending, Report: null, Error: null, urls), StatusCodes.Status202Accepted);
        });
}
