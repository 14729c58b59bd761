using AeServerless.Contracts;
using AeServerless.Engine.IO;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AeServerless.Functions.Endpoints;

/// <summary>Lists a run's results, or streams a file of them.</summary>
public sealed class GetResult(ResultStore results)
{
    /// <summary>GET /api/runs/{runId}/results/{path}; ranges and conditional requests work.</summary>
    [Function(nameof(GetResult))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/results/{*path}")] HttpRequest request,
        string runId,
        string path,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            if (!RunIds.IsValid(runId))
            {
                throw ErrorResponses.UnknownRun(runId);
            }

            return string.IsNullOrEmpty(path)
                ? await ListAsync(runId, cancellationToken)
                : await StreamAsync(runId, path, cancellationToken);
        });

    private async Task<IResult> ListAsync(string runId, CancellationToken cancellationToken)
    {
        var prefix = RunPaths.Of(runId) + "/";
        var files = new List<ResultListItem>();
        await foreach (var blob in results.ListAsync(prefix, cancellationToken))
        {
            files.Add(new ResultListItem(blob.Name[prefix.Length..], blob.Length));
        }

        return files.Count > 0 ? JsonResponse.Create(new ResultListResponse(files)) : throw ErrorResponses.UnknownRun(runId);
    }

    private async Task<IResult> StreamAsync(string runId, string path, CancellationToken cancellationToken)
    {
        var file = await results.OpenAsync($"{RunPaths.Of(runId)}/{BlobPath.Validate(path, "result")}", cancellationToken)
            ?? throw ErrorResponses.NotFound(
                $"result {path}", $"does not exist in run {runId}; GET /api/runs/{runId}/results lists its files");
        return TypedResults.Stream(
            file.Content,
            file.ContentType,
            lastModified: file.LastModified,
            entityTag: EntityTagHeaderValue.Parse(file.ETag),
            enableRangeProcessing: true);
    }
}
