using System.Globalization;
using AeServerless.Engine;
using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Triggers;

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
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var query = request.Query;
            var dataset = (string?)query["dataset"];
            return Answers.Json(new RunListAnswer(
                await runs.ListAsync(client, Status(query["status"]), dataset, Limit(query["limit"]), cancellationToken)));
        });

    private static OrchestrationRuntimeStatus? Status(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var known = Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => status.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray();
        return known.Length == 1
            ? known[0]
            : throw new InvalidInputException("query parameter status", "must be one of pending, running, suspended, completed, failed, terminated");
    }

    private static int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultLimit;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw new InvalidInputException("query parameter limit", $"must be a whole number from 1 to {MaxLimit}");
    }
}
