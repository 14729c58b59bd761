using AeServerless.Contracts;
using AeServerless.Engine.Datasets;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Starts a run on request.</summary>
public sealed class StartRun(RunStarter starter, RecipeStore recipes, InputStore inputs)
{
    /// <summary>POST /api/runs: the run of a recipe over a dataset. The same request gets the same run.</summary>
    [Function(nameof(StartRun))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => ErrorResponses.WrapAsync(async () =>
        {
            var (dataset, recipeName, inline) = await StartRequest.ReadAsync(request, cancellationToken);
            var recipe = inline ?? await recipes.FindAsync(recipeName, cancellationToken) ?? throw ErrorResponses.NotFound(
                $"recipe {recipeName}", $"does not exist: upload it as recipes/{recipeName}.json, or send it in the request");
            await CheckManifestAsync(dataset, cancellationToken);

            var run = await starter.StartAsync(client, dataset, recipeName, recipe, RunCause.Http, cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/runs/{run.RunId}";
            var urls = await OrchestrationAddresses.CreateAsync(client, run.RunId, context);
            return JsonResponse.Create(new RunStartResponse(run.RunId, run.Status, run.Started, urls), StatusCodes.Status202Accepted);
        });

    // Whoever asks by hand is told at once what an upload's run would fail with.
    private async Task CheckManifestAsync(string dataset, CancellationToken cancellationToken)
    {
        var path = InputPaths.Manifest(dataset);
        var manifest = await inputs.FindAsync(path, cancellationToken)
            ?? throw ErrorResponses.NotFound($"dataset {dataset}", $"does not exist: there is no {path}");
        DatasetManifest.Parse(await inputs.ReadAsync(manifest, InputPaths.MaxManifestBytes, cancellationToken), path);
    }
}
