using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Turns what an endpoint throws into the answer that says what is wrong.</summary>
internal static class ErrorResponses
{
    // A run id from the address is repeated in the answer only where it is no longer than this.
    private const int MaxEchoedRunId = 64;

    /// <summary>Answers, or says what is wrong with the request.</summary>
    public static async Task<IResult> WrapAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (RequestException error)
        {
            return Create(error.Status, error.Failure);
        }
        catch (InvalidInputException error)
        {
            return Create(StatusCodes.Status400BadRequest, Failures.From(error));
        }
        catch (BadHttpRequestException error)
        {
            return Create(error.StatusCode, new Failure("request", error.Message));
        }
        catch (StorageException error)
        {
            return Create(StatusCodes.Status503ServiceUnavailable, new Failure("storage", error.Message));
        }
        catch (Exception error) when (HubErrors.IsOfHub(error))
        {
            return Create(StatusCodes.Status503ServiceUnavailable, HubErrors.Unreachable);
        }
    }

    public static RequestException NotFound(string subject, string message) =>
        new(StatusCodes.Status404NotFound, new Failure(subject, message));

    public static RequestException UnknownRun(string runId) =>
        NotFound(runId.Length <= MaxEchoedRunId ? $"run {runId}" : "run", "does not exist; GET /api/runs lists the runs");

    private static IResult Create(int status, Failure failure) => JsonResponse.Create(new ErrorResponse(failure), status);
}
