using AeServerless.Engine.Datasets;
using AeServerless.Functions.Http;
using AeServerless.Functions.Recipes;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Triggers;

/// <summary>Starts a run on request.</summary>
public sealed class StartRun(RunStarter starter, RecipeStore recipes, InputStore inputs)
{
    /// <summary>POST /api/runs: the run of a recipe over a dataset. The same request gets the same run.</summary>
    [Function(nameof(StartRun))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken) => Answers.Async(async () =>
        {
            var wanted = await StartRequest.ReadAsync(request, cancellationToken);
            var recipe = wanted.Recipe ?? await recipes.FindAsync(wanted.RecipeName, cancellationToken)
                ?? throw Answers.NotFound($"recipe {wanted.RecipeName}", $"does not exist: upload it as recipes/{wanted.RecipeName}.json, or send it in the request");
            await RequireManifestAsync(wanted.Dataset, cancellationToken);

            var run = await starter.StartAsync(client, wanted.Dataset, wanted.RecipeName, recipe, RunCause.Http, cancellationToken);
            request.HttpContext.Response.Headers.Location = $"/api/runs/{run.RunId}";
            var urls = await OrchestrationUrls.CreateAsync(client, run.RunId, context);
            return Answers.Json(new StartAnswer(run.RunId, run.Status, run.Started, urls), StatusCodes.Status202Accepted);
        });

    // Whoever asks by hand is told at once what an upload's run would fail with.
    private async Task RequireManifestAsync(string dataset, CancellationToken cancellationToken)
    {
        var path = RunInputs.ManifestPath(dataset);
        var manifest = await inputs.FindAsync(path, cancellationToken)
            ?? throw Answers.NotFound($"dataset {dataset}", $"does not exist: there is no {path}");
        DatasetManifest.Parse(await inputs.ReadAsync(manifest, RunInputs.MaxManifestBytes, cancellationToken), path);
    }
}
