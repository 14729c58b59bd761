using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.LocalHost.Durable;
using AeServerless.LocalHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Management;

/// <summary>The HTTP management API of Durable Functions: the same paths, JSON and statuses.</summary>
internal sealed class ManagementApi(LocalDurableTaskClient client, HostKey key)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";
    private const string ContinuationHeader = "x-ms-continuation-token";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Instances).AddEndpointFilter(async (context, next) =>
            key.Opens(context.HttpContext.Request) ? await next(context) : Results.StatusCode(StatusCodes.Status401Unauthorized));
        group.MapGet("/", ListAsync);
        group.MapDelete("/", PurgeManyAsync);
        group.MapGet("/{id}", GetAsync);
        group.MapDelete("/{id}", PurgeAsync);
        group.MapPost("/{id}/terminate", (string id, string? reason, CancellationToken cancel) =>
            ActAsync(id, () => client.TerminateInstanceAsync(id, (object?)reason, cancel), cancel));
        group.MapPost("/{id}/suspend", (string id, string? reason, CancellationToken cancel) =>
            ActAsync(id, () => client.SuspendInstanceAsync(id, reason, cancel), cancel));
        group.MapPost("/{id}/resume", (string id, string? reason, CancellationToken cancel) =>
            ActAsync(id, () => client.ResumeInstanceAsync(id, reason, cancel), cancel));
        group.MapPost("/{id}/raiseEvent/{eventName}", RaiseEventAsync);
        group.MapPost("/{id}/restart", RestartAsync);
    }

    private async Task<IResult> GetAsync(
        string id,
        HttpRequest request,
        bool? showHistory,
        bool? showInput,
        bool? returnInternalServerErrorOnFailure,
        CancellationToken cancel)
    {
        if (await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancel) is not { } instance)
        {
            return Results.NotFound($"No instance with ID '{id}' was found.");
        }

        var history = showHistory == true ? StatusJson.History(await client.ReadHistoryAsync(id)) : null;
        var body = StatusJson.Of(instance, showInput ?? true, history);
        if (!instance.IsCompleted)
        {
            return new StatusResult(
                StatusCodes.Status202Accepted, body, $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}");
        }

        var failed = instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed && returnInternalServerErrorOnFailure == true;
        return new StatusResult(failed ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK, body, null);
    }

    private async Task<IResult> ListAsync(HttpContext http, CancellationToken cancel)
    {
        var parameters = http.Request.Query;
        if (!TryReadQuery(parameters, http.Request.Headers[ContinuationHeader], out var query, out var problem))
        {
            return Results.BadRequest(problem);
        }

        await using var pages = client.GetAllInstancesAsync(query).AsPages().GetAsyncEnumerator(cancel);
        var more = await pages.MoveNextAsync();
        if (more && pages.Current.ContinuationToken is { } token)
        {
            http.Response.Headers[ContinuationHeader] = token;
        }

        var array = new JsonArray();
        foreach (var instance in more ? pages.Current.Values : [])
        {
            array.Add(StatusJson.Of(instance, query.FetchInputsAndOutputs));
        }

        return new StatusResult(StatusCodes.Status200OK, array, null);
    }

    private async Task<IResult> PurgeManyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!TryReadQuery(request.Query, null, out var query, out var problem))
        {
            return Results.BadRequest(problem);
        }

        if (query.CreatedFrom is null)
        {
            return Results.BadRequest("createdTimeFrom is missing: it bounds what is purged.");
        }

        var purged = await client.PurgeAllInstancesAsync(new(query.CreatedFrom, query.CreatedTo, query.Statuses), cancel);
        return purged.PurgedInstanceCount == 0 ? Results.NotFound() : Results.Ok(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private async Task<IResult> PurgeAsync(string id, CancellationToken cancel)
    {
        var purged = await client.PurgeInstanceAsync(id, cancel);
        return purged.PurgedInstanceCount == 0 ? Results.NotFound() : Results.Ok(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private async Task<IResult> RaiseEventAsync(string id, string eventName, HttpRequest request, CancellationToken cancel)
    {
        JsonElement? payload = null;
        if (request.ContentLength is not 0)
        {
            try
            {
                payload = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body, cancellationToken: cancel);
            }
            catch (JsonException e) when (e is { LineNumber: 0, BytePositionInLine: 0 })
            {
                // No body at all is an event without payload.
            }
            catch (JsonException e)
            {
                return Results.BadRequest($"The event's payload is not JSON: {e.Message}");
            }
        }

        return await ActAsync(id, () => client.RaiseEventAsync(id, eventName, payload, cancel), cancel);
    }

    private async Task<IResult> RestartAsync(string id, bool? restartWithNewInstanceId, HttpContext http, CancellationToken cancel)
    {
        if (await client.GetInstanceAsync(id, cancel) is not { } instance)
        {
            return Results.NotFound($"No instance with ID '{id}' was found.");
        }

        var isNew = restartWithNewInstanceId ?? true;
        if (!instance.IsCompleted && !isNew)
        {
            return Results.Conflict($"Instance '{id}' has not finished: it is {instance.RuntimeStatus}.");
        }

        var newId = await client.RestartAsync(id, isNew, cancel);
        var status = $"{http.Request.Scheme}://{http.Request.Host}{Instances}/{Uri.EscapeDataString(newId)}";
        return Results.Accepted(status, new { id = newId, statusQueryGetUri = status });
    }

    private async Task<IResult> ActAsync(string id, Func<Task> act, CancellationToken cancel)
    {
        if (await client.GetInstanceAsync(id, cancel) is not { } instance)
        {
            return Results.NotFound($"No instance with ID '{id}' was found.");
        }

        if (instance.IsCompleted)
        {
            return Results.StatusCode(StatusCodes.Status410Gone);
        }

        await act();
        return Results.Accepted();
    }

    private static bool TryReadQuery(
        IQueryCollection parameters, string? continuationToken, out OrchestrationQuery query, out string problem)
    {
        query = new();
        problem = "";
        var statuses = new List<OrchestrationRuntimeStatus>();
        foreach (var text in parameters["runtimeStatus"].SelectMany(
            value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (!Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: true, out var status) || !Enum.IsDefined(status))
            {
                problem = $"runtimeStatus '{text}' must be one of {string.Join(", ", Enum.GetNames<OrchestrationRuntimeStatus>())}.";
            }

            statuses.Add(status);
        }

        if (!TryReadTime("createdTimeFrom", out var from) || !TryReadTime("createdTimeTo", out var to))
        {
            problem = "createdTimeFrom and createdTimeTo must be ISO 8601 times.";
            return false;
        }

        var top = OrchestrationQuery.DefaultPageSize;
        if (parameters["top"].ToString() is { Length: > 0 } number
            && (!int.TryParse(number, CultureInfo.InvariantCulture, out top) || top < 1))
        {
            problem = "top must be a whole number above 0.";
        }

        query = new(
            from,
            to,
            statuses.Count > 0 ? statuses : null,
            null,
            parameters["instanceIdPrefix"].ToString() is { Length: > 0 } prefix ? prefix : null,
            top,
            !string.Equals(parameters["showInput"].ToString(), "false", StringComparison.OrdinalIgnoreCase),
            string.IsNullOrEmpty(continuationToken) ? null : continuationToken);
        return problem.Length == 0;

        bool TryReadTime(string name, out DateTimeOffset? time)
        {
            time = null;
            if (parameters[name].ToString() is not { Length: > 0 } text)
            {
                return true;
            }

            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            {
                return false;
            }

            time = parsed;
            return true;
        }
    }

    /// <summary>JSON with a status and, while an instance runs, where and when to ask again.</summary>
    private sealed class StatusResult(int status, JsonNode body, string? location) : IResult
    {
        private const int AskAgainSeconds = 10;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            if (location is not null)
            {
                httpContext.Response.Headers.Location = location;
                httpContext.Response.Headers.RetryAfter = $"{AskAgainSeconds}";
            }

            return httpContext.Response.WriteAsync(body.ToJsonString(), httpContext.RequestAborted);
        }
    }
}
