using AeServerless.Contracts;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Endpoints;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Explorer;

/// <summary>
/// Streams a file of a run's dataset, from which the tokens around examples are read, or of its tokenizer, which has their texts.
/// </summary>
public sealed class GetInput(ResultStore results, RunDocuments documents, InputStore inputs)
{
    /// <summary>
    /// GET /api/runs/{runId}/inputs/{path}: a file of dataset or tokenizer in the version that the run was planned with; ranges work.
    /// </summary>
    [Function(nameof(GetInput))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/inputs/{*path}")] HttpRequest request,
        string runId,
        string? path,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            if (!RunIds.IsValid(runId) || !await results.ExistsAsync(RunPaths.Request(runId), cancellationToken))
            {
                throw ErrorResponses.UnknownRun(runId);
            }

            var document = await documents.RequestAsync(runId, cancellationToken);
            var name = BlobPath.Validate(path ?? "", "input");
            var planned = name.StartsWith($"activations/{document.Dataset}/", StringComparison.Ordinal) || InputPaths.IsOfTokenizer(name)
                ? document.Inputs.FirstOrDefault(input => input.Path == name)
                : null;
            if (planned is null)
            {
                throw ErrorResponses.NotFound(
                    $"input {name}", $"is not a file of the dataset that run {runId} is over, or of its tokenizer");
            }

            if (await inputs.FindAsync(name, cancellationToken) is not { } present || present.Identity() != planned.Identity())
            {
                throw new RequestException(
                    StatusCodes.Status412PreconditionFailed, new Failure(name, "has changed since the run was planned, or is gone"));
            }

            return TypedResults.Stream(
                new ByteSourceStream(inputs.Open(present)), ContentTypes.Of(name), enableRangeProcessing: true);
        });
}
