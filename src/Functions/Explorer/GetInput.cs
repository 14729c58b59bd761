using AeServerless.Engine.Datasets;
using AeServerless.Functions.Http;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Explorer;

/// <summary>Streams a file of a run's dataset: the tokens around examples are read from there.</summary>
public sealed class GetInput(ResultStore results, RunDocuments documents, InputStore inputs)
{
    /// <summary>GET /api/runs/{runId}/inputs/{path}: a file of the dataset as the run was planned with it; ranges work.</summary>
    [Function(nameof(GetInput))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/inputs/{*path}")] HttpRequest request,
        string runId,
        string path,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            if (!RunCatalog.IsRunId(runId) || !await results.ExistsAsync(RunPaths.Request(runId), cancellationToken))
            {
                throw UnknownRun.Error(runId);
            }

            var document = await documents.RequestAsync(runId, cancellationToken);
            BlobPath.Validate(path, "input");
            var planned = path.StartsWith($"activations/{document.Dataset}/", StringComparison.Ordinal) ? document.Find(path) : null;
            if (planned is null)
            {
                throw Answers.NotFound($"input {path}", $"is not a file of the dataset that run {runId} is over");
            }

            if (await inputs.FindAsync(path, cancellationToken) is not { } present || present.Identity() != planned.Identity())
            {
                throw new RequestException(
                    StatusCodes.Status412PreconditionFailed, new Failure(path, "has changed since the run was planned, or is gone"));
            }

            return Results.Stream(
                new ByteSourceStream(inputs.Open(present)), ContentTypes.Of(path), enableRangeProcessing: true);
        });
}
