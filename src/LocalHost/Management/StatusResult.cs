using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AeServerless.LocalHost.Management;

/// <summary>JSON with a status and, while an instance runs, where and when to ask again.</summary>
internal sealed class StatusResult(int status, JsonNode body, string? location) : IResult
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
