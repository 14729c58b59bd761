using AeServerless.Engine;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Http;

/// <summary>Answers of the HTTP API.</summary>
internal static class Answers
{
    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, ResultJson.Options, statusCode: status);

    /// <summary>Answers, or says what is wrong with the request.</summary>
    public static async Task<IResult> Async(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (RequestException error)
        {
            return Json(new ErrorAnswer(error.Failure), error.Status);
        }
        catch (InvalidInputException error)
        {
            return Json(new ErrorAnswer(Failure.Of(error)), StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException error)
        {
            return Json(new ErrorAnswer(new Failure("request", error.Message)), error.StatusCode);
        }
        catch (StorageException error)
        {
            return Json(new ErrorAnswer(new Failure("storage", error.Message)), StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception error) when (HubErrors.IsOfHub(error))
        {
            var unreachable = HubErrors.Unreachable();
            return Json(new ErrorAnswer(unreachable.Failure), unreachable.Status);
        }
    }

    public static RequestException NotFound(string subject, string message) => new(StatusCodes.Status404NotFound, new Failure(subject, message));
}
