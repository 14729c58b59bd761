using System.Globalization;
using AeServerless.Engine;
using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Cleanup;

/// <summary>Starts a cleanup on request.</summary>
public sealed class StartCleanup(AppSettings settings)
{
    private const int MaxDays = 36_500;

    /// <summary>POST /api/gc?apply=&amp;retentionDays=: removes results that no kept run refers to; without apply=true it says what it would remove.</summary>
    [Function(nameof(StartCleanup))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "gc")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var options = new CleanupOptions(Apply(request.Query["apply"]), Days(request.Query["retentionDays"]));
            if (!await CleanupStarter.StartAsync(client, options, cancellationToken))
            {
                throw new RequestException(StatusCodes.Status409Conflict, new Failure("cleanup", "is under way; GET /api/gc tells how it is doing"));
            }

            request.HttpContext.Response.Headers.Location = "/api/gc";
            var urls = await OrchestrationUrls.CreateAsync(client, CleanupOrchestration.InstanceId, context);
            return Answers.Json(new CleanupAnswer(OrchestrationRuntimeStatus.Pending, Report: null, Error: null, urls), StatusCodes.Status202Accepted);
        });

    private static bool Apply(string? text) => text switch
    {
        null or "" => false,
        _ => bool.TryParse(text, out var apply) ? apply : throw new InvalidInputException("query parameter apply", "must be true or false"),
    };

    private int Days(string? text) => string.IsNullOrEmpty(text) ? settings.RetentionDays
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MaxDays ? days
        : throw new InvalidInputException("query parameter retentionDays", $"must be a whole number from 0 to {MaxDays}");
}
