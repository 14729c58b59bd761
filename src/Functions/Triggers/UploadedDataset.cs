using AeServerless.Functions.Starting;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Triggers;

/// <summary>Starts the runs of a dataset whose upload is complete.</summary>
public sealed class UploadedDataset(RunStarter starter, RecipeStore recipes, TimeProvider time, ILogger<UploadedDataset> logger)
{
    // A Functions host tries a blob five times within a second, and gives it up: what passes is waited for here.
    private static readonly TimeSpan[] Pauses = [.. new[] { 2, 4, 8, 16 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>
    /// Runs every recipe with a pattern that matches the dataset. What is wrong with the dataset fails the runs, with the reason.
    /// </summary>
    public async Task StartRunsAsync(DurableTaskClient client, string dataset, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await StartOnceAsync(client, dataset, cancellationToken);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException && attempt < Pauses.Length)
            {
                Log.UploadRetried(logger, error, dataset, Pauses[attempt].TotalSeconds);
                await Task.Delay(Pauses[attempt], time, cancellationToken);
            }
        }
    }

    private async Task StartOnceAsync(DurableTaskClient client, string dataset, CancellationToken cancellationToken)
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
