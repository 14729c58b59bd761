using AeServerless.Functions.Recipes;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Triggers;

/// <summary>Starts runs over a dataset whose upload is complete.</summary>
public sealed class OnDatasetUploaded(RunStarter starter, RecipeStore recipes, ILogger<OnDatasetUploaded> logger)
{
    /// <summary>Runs every recipe with a pattern that matches the dataset. What is wrong with the dataset fails the runs, with the reason.</summary>
    [Function(nameof(OnDatasetUploaded))]
    public async Task RunAsync(
        [BlobTrigger("activations/{dataset}/manifest.json", Connection = "AzureWebJobsStorage", Source = UploadSource.Value)] Stream manifest,
        string dataset,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var known = await recipes.ReadAllAsync(cancellationToken);
        var matching = known.Where(recipe => recipe.Recipe.Matches(dataset)).ToList();
        if (matching.Count == 0)
        {
            Log.NoRecipeMatches(logger, dataset, known.Count);
            return;
        }

        var started = 0;
        foreach (var (name, recipe) in matching)
        {
            started += (await starter.StartAsync(client, dataset, name, recipe, RunCause.Upload, cancellationToken)).Started ? 1 : 0;
        }

        Log.DatasetUploaded(logger, dataset, matching.Count, started);
    }
}
