using System.Net;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Robustness.Tests.Faults;

/// <summary>An error as storage says it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Storage's error code.</param>
/// <param name="Message">Storage's message.</param>
/// <param name="RetryAfterSeconds">When to try again, where storage says so.</param>
internal sealed record FaultAnswer(HttpStatusCode Status, string Code, string Message, int? RetryAfterSeconds = null)
{
    public static FaultAnswer Of(Fault fault) => fault switch
    {
        Fault.Throttled => new(HttpStatusCode.ServiceUnavailable, "ServerBusy", "The server is busy.", RetryAfterSeconds: 1),
        Fault.InternalError => new(
            HttpStatusCode.InternalServerError, "InternalError", "The server encountered an internal error. Please retry the request."),
        Fault.Conflict => new(
            HttpStatusCode.Conflict, "OperationNotAllowedInCurrentState", "The operation is not allowed in the current state."),
        Fault.ConditionNotMet => new(
            HttpStatusCode.PreconditionFailed, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met."),
        Fault.DiskFull => new(HttpStatusCode.InsufficientStorage, "InsufficientStorage", "There is not enough space on the disk."),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Storage says no such thing."),
    };

    public Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)Status;
        response.Headers["x-ms-error-code"] = Code;
        response.Headers["x-ms-version"] = "2021-12-02";
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = $"{seconds}";
        }

        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return Task.CompletedTask;
        }

        response.ContentType = "application/xml";
        return response.WriteAsync(
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{Code}</Code><Message>{Message}</Message></Error>", cancellationToken);
    }
}
