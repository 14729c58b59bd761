using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Starting;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>Which run a request asks for: whoever asks by hand is told at once what an upload's run would fail with.</summary>
public sealed class RequestedRuns(RecipeStore recipes, InputStore inputs)
{
    /// <summary>Reads dataset and recipe of a request, and finds that they are there.</summary>
    /// <exception cref="RequestException">There is no such recipe or dataset, or the body is too large.</exception>
    /// <exception cref="Engine.InvalidInputException">Body, recipe or manifest are wrong.</exception>
    public async Task<(string Dataset, string RecipeName, Recipe Recipe)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        var (dataset, recipeName, inline) = await StartRequest.ReadAsync(request, cancellationToken);
        var recipe = inline ?? await recipes.FindAsync(recipeName, cancellationToken) ?? throw ErrorResponses.NotFound(
            $"recipe {recipeName}", $"does not exist: upload it as recipes/{recipeName}.json, or send it in the request");
        var path = InputPaths.Manifest(dataset);
        var manifest = await inputs.FindAsync(path, cancellationToken)
            ?? throw ErrorResponses.NotFound($"dataset {dataset}", $"does not exist: there is no {path}");
        DatasetManifest.Parse(await inputs.ReadAsync(manifest, InputPaths.MaxManifestBytes, cancellationToken), path);
        return (dataset, recipeName, recipe);
    }
}
