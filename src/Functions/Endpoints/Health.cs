using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Tells whether the function app can work.</summary>
public sealed class Health(HealthCheck check)
{
    /// <summary>
    /// GET /api/health: 200 where storage and the task hub can be reached, 503 where one can't. Needs no key and says nothing of what is
    /// stored.
    /// </summary>
    [Function(nameof(Health))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var health = await check.RunAsync(client, cancellationToken);
        return JsonResponse.Create(health, health.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
